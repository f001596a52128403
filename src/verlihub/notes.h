#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "hookline/verlihub/functions.h"

namespace hookline::verlihub {

// Is an example for something in `vh` that is not in the table.
struct VhExtra {
  std::string_view name;
  std::string_view example;
};

// Has the headings of the reference, in the order of the page: one for each VhGroup, and one for
// the functions that do not ask the hub.
inline constexpr std::string_view kWithoutHub = "Without the hub";
inline constexpr auto kVhHeadings = std::to_array<std::string_view>({
    "Chat and messages",
    "Raw protocol data",
    "Users",
    "Addresses and places",
    "Moderation",
    "Registrations",
    "Bots",
    "Scripts",
    "The hub",
    kWithoutHub,
});
static_assert(kVhHeadings.size() == static_cast<std::size_t>(VhGroup::kHub) + 2);

// Thread safety: any thread.
[[nodiscard]] constexpr std::string_view heading(VhGroup group) {
  return kVhHeadings.at(static_cast<std::size_t>(group));
}
[[nodiscard]] std::span<const VhExtra> vh_extras() noexcept;

}  // namespace hookline::verlihub
