#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hookline {

// Which lock a script holds while it runs.
enum class Gil : std::uint8_t {
  kOwn,     // one of its interpreter's own: it runs beside all others
  kShared,  // the main interpreter's: it takes turns with all scripts of that kind, and may import
            // extension modules that refuse a GIL of their own (single-phase initialization)
  kMain,    // the same, and it runs in the main interpreter itself, for extension modules that
            // refuse every other. Only one script can
};

// As configurations spell them, in the order of the enum.
inline constexpr std::array<std::string_view, 3> kGilNames = {"own", "shared", "main"};

}  // namespace hookline
