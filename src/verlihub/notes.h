#pragma once

#include <span>
#include <string_view>

#include "hookline/verlihub/functions.h"

namespace hookline::verlihub {

// Says about a function of `vh` what its row does not say.
struct VhNote {
  std::string_view name;
  std::string_view group;    // a heading of the reference
  std::string_view type;     // the Python type of the result
  std::string_view details;  // defaults, units, results for missing data; may be empty
  std::string_view example;  // Python code that calls it
};

// Is an example for something in `vh` that is not in the table.
struct VhExtra {
  std::string_view name;
  std::string_view example;
};

// The heading of the functions that do not ask the hub.
inline constexpr std::string_view kWithoutHub = "Without the hub";

// Lists the headings in the order of the page.
inline constexpr std::string_view kVhGroups[] = {
    "Chat and messages", "Raw protocol data", "Users", "Addresses and places",
    "Moderation",        "Registrations",     "Bots",  "Scripts",
    "The hub",           kWithoutHub,
};

// Thread safety, for all functions here: any thread.
[[nodiscard]] std::span<const VhNote> vh_notes() noexcept;
[[nodiscard]] std::span<const VhExtra> vh_extras() noexcept;
// Returns the note of a row. Every row has one.
[[nodiscard]] const VhNote& note_of(const VhRow& row) noexcept;

}  // namespace hookline::verlihub
