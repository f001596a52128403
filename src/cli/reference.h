#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"
#include "hookline/module.h"
#include "hookline/result.h"

// The reference of everything that scripts of a hub can use. It is made of the module `vh`
// (hookline/verlihub/module.h), of the table of hooks (hookline/hook.h), and of notes: static texts
// in hook_notes.cc and verlihub/notes.cc. A test demands a note for every hook.
//
// Thread safety: all functions from any thread.
namespace hookline::cli {

// Returns Markdown sections, each with a heading "## ".
[[nodiscard]] std::string reference_markdown();
// Returns a stub file (vh.pyi) for editors and type checkers.
[[nodiscard]] std::string reference_pyi();
// Returns one object with the lists hooks, other_hooks, functions, extras, attributes,
// script_attributes and constants.
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

[[nodiscard]] std::span<const HookNote> hook_notes() noexcept;
[[nodiscard]] std::span<const OtherHookNote> other_hook_notes() noexcept;

// Returns the module `vh`, as a hub has it.
[[nodiscard]] Module vh_module();

// Returns the note of a row, or nullptr if it has none.
[[nodiscard]] const HookNote* find_note(const HookRow& row) noexcept;

// The formats share these functions, which write rows of the tables as Python.

// Returns "str", "int" or "float", for a letter of a row.
[[nodiscard]] std::string_view python_type(char kind) noexcept;
// Splits the names of a row, which are separated by single spaces.
[[nodiscard]] std::vector<std::string_view> split_names(std::string_view names);

// Writes "OnNewConn(ip: str)".
[[nodiscard]] std::string hook_signature(const HookRow& row);
// Removes line breaks at both ends, because raw strings have them.
[[nodiscard]] std::string_view trim_lines(std::string_view text) noexcept;

}  // namespace hookline::cli
