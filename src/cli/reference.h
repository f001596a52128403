#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"
#include "hookline/result.h"
#include "hookline/vh_table.h"

// The reference of everything that scripts can use. It is made of the tables that the code itself
// uses (hookline/hook.h, hookline/vh_table.h, plugin/module/vh_constants.h), and of notes: static
// texts in hook_notes.cc and vh_notes.cc. A test demands a note for every row of the tables.
//
// Thread safety: all functions from any thread.
namespace hookline::cli {

// Returns Markdown sections, each with a heading "## ".
[[nodiscard]] std::string reference_markdown();
// Returns a stub file (vh.pyi) for editors and type checkers.
[[nodiscard]] std::string reference_pyi();
// Returns one object with the lists hooks, other_hooks, functions, extras, attributes and
// constants.
[[nodiscard]] Result<std::string> reference_json();

// Holds the note of a hook.
struct HookNote {
  std::string_view name;
  std::string_view when;     // says when the hook is called
  std::string_view block;    // the effect of a block, a clause; empty if the hub ignores the result
  std::string_view example;  // Python code that defines the hook
};

// A function that the host calls by name, but that is not a hook of the table.
struct OtherHookNote {
  std::string_view name;
  std::string_view arguments;  // "command: str, data: str"
  std::string_view returns;    // a Python type
  std::string_view when;
  std::string_view example;
};

// Holds the note of a function of `vh`.
struct VhNote {
  std::string_view name;
  std::string_view group;    // a heading of the page: one of kVhGroups
  std::string_view type;     // the Python type of the result
  std::string_view details;  // defaults, units, results for missing data; may be empty
  std::string_view example;  // Python code that calls it
};

// A function of `vh` that is not in the table.
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

// Lists the groups in the order of the page. Functions without a note or with another group come
// last, under "Other".
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

// Returns the note of a row, or nullptr if it has none.
[[nodiscard]] const HookNote* find_note(const HookRow& row) noexcept;
[[nodiscard]] const VhNote* find_note(const VhRow& row) noexcept;

// The formats share these functions, which write rows of the tables as Python.

// Returns "str", "int", "float" or "str | int", for a letter of a row.
[[nodiscard]] std::string_view python_type(char kind) noexcept;
// Splits the names of a row, which are separated by single spaces.
[[nodiscard]] std::vector<std::string_view> split_names(std::string_view names);

// Writes "OnNewConn(ip: str)".
[[nodiscard]] std::string hook_signature(const HookRow& row);
// Writes "(message: str, nick: str | None = None) -> bool". A name that is a Python keyword gets an
// underscore, and it and the arguments before it become positional only.
[[nodiscard]] std::string vh_signature_text(const VhRow& row);
// Returns the Python type of a function's result: from its note, or else from its row.
[[nodiscard]] std::string_view vh_return_type(const VhRow& row);
// Returns the help of a function, with the details of its note.
[[nodiscard]] std::string vh_help(const VhRow& row);

// Removes line breaks at both ends, because raw strings have them.
[[nodiscard]] std::string_view trim_lines(std::string_view text) noexcept;

}  // namespace hookline::cli
