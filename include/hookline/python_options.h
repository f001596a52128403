#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace [[gnu::visibility("default")]] hookline {

// Says which global interpreter lock (GIL) a script holds while it runs.
enum class Gil : std::uint8_t {
  // The script holds the GIL of its own interpreter, and runs in parallel with all others.
  kOwn,
  // The script holds the main interpreter's GIL. It takes turns with all others that do, and may
  // import extension modules that refuse an interpreter with its own GIL (single-phase init).
  kShared,
  // The script holds the main interpreter's GIL, too, and runs in the main interpreter itself, for
  // extension modules that support no other. Only one script at a time can do this.
  kMain,
};

// The names that configurations use, in the order of the enum.
inline constexpr std::array<std::string_view, 3> kGilNames = {"own", "shared", "main"};

// Says how the Python of a script is set up. A field that is unset in the options of load() is
// taken from the comments at the top of the script, or else from ScriptHostOptions::python.
struct PythonOptions {
  std::optional<Gil> gil = std::nullopt;
  std::optional<std::filesystem::path> venv = std::nullopt;  // The script can import its packages.
  // The bytes that its interpreter may hold, of which an empty one has 4 to 8 MiB; 0: no limit.
  // More is MemoryError in the script. The script's comments can only lower what the options say.
  std::optional<std::size_t> memory_limit = std::nullopt;
  // The bytes that a copy of one of its values may take (docs/values.md says how they count): of a
  // result, an item of a stream, or all arguments of one call into the host. 0: no limit.
  std::optional<std::size_t> value_limit = std::nullopt;  // Unset everywhere: 64 MiB.
  // The share of one core that it may use; beyond that its answers count as late. 0: no limit.
  std::optional<double> cpu_share = std::nullopt;
};

}  // namespace hookline
