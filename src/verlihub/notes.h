#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "hookline/hook.h"
#include "hookline/verlihub/functions.h"

namespace hookline::verlihub {

// Holds the note of a hook.
struct HookNote {
  std::string_view name;
  std::string_view when;     // says when the hook is called
  std::string_view block;    // the effect of a block, a clause; empty if the hub ignores the result
  std::string_view example;  // Python code that defines the hook
};

// Describes a function that the hub calls by name, but that is not a hook of the table.
struct OtherHookNote {
  std::string_view name;
  std::string_view signature;  // "(command: str, data: str) -> str"
  std::string_view when;
  std::string_view example;
};

// Has what a hook may replace, in JSON and in words. Both are empty if that is nothing.
struct ReplacesText {
  std::string_view name;
  std::string_view sentence;
};

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
[[nodiscard]] std::span<const HookNote> hook_notes() noexcept;
[[nodiscard]] std::span<const OtherHookNote> other_hook_notes() noexcept;
// Returns the note of a row, or nullptr if it has none.
[[nodiscard]] const HookNote* find_note(const HookRow& row) noexcept;
[[nodiscard]] ReplacesText replaces_text(const HookRow& row) noexcept;
// Says what the result of a hook does.
[[nodiscard]] std::string result_text(const HookRow& row, const HookNote& note);

}  // namespace hookline::verlihub
