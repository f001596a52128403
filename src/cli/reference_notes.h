#pragma once

#include <span>
#include <string_view>

#include "hookline/hook.h"
#include "hookline/vh_table.h"

namespace hookline::cli {

// What the reference says beyond the rows of plugin/hooks.h and plugin/vh_table.h. All of it is
// static data; a test demands a note for every row.

struct HookNote {
  std::string_view name;
  std::string_view when;     // one sentence
  std::string_view block;    // what a block does; empty: the hub only tells, and does not ask
  std::string_view example;  // Python that defines it
};

// What the host calls by name, but is no event of the table.
struct OtherHookNote {
  std::string_view name;
  std::string_view arguments;  // "command: str, data: str"
  std::string_view returns;    // a Python type
  std::string_view when;
  std::string_view example;
};

struct VhNote {
  std::string_view name;
  std::string_view group;    // a heading of the page: one of kVhGroups
  std::string_view type;     // what it returns, as a Python type
  std::string_view details;  // defaults, units, what it returns when there is nothing; may be empty
  std::string_view example;  // Python that calls it
};

// What is in `vh` beside the functions of the table.
struct VhExtra {
  std::string_view name;
  std::string_view signature;  // "(text: str) -> str"
  std::string_view help;
  std::string_view example;
};

struct VhAttribute {
  std::string_view name;
  std::string_view type;
  std::string_view help;
};

// In the order of the page. What has no note, or another group, comes last, under "Other".
inline constexpr std::string_view kVhGroups[] = {
    "Chat and messages", "Raw protocol data", "Users", "Addresses and places",
    "Moderation",        "Registrations",     "Bots",  "Scripts",
    "The hub",
};

[[nodiscard]] std::span<const HookNote> hook_notes() noexcept;
[[nodiscard]] std::span<const OtherHookNote> other_hook_notes() noexcept;
[[nodiscard]] std::span<const VhNote> vh_notes() noexcept;
[[nodiscard]] std::span<const VhExtra> vh_extras() noexcept;
[[nodiscard]] std::span<const VhAttribute> vh_attributes() noexcept;

// The note of a row; nullptr if there is none.
[[nodiscard]] const HookNote* find_note(const HookRow& row) noexcept;
[[nodiscard]] const VhNote* find_note(const VhRow& row) noexcept;

}  // namespace hookline::cli
