#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/reference.h"

// Is the reference of a host: of the one that a file describes, or of a hub. The latter is made of
// the module `vh` (hookline/verlihub/module.h), of the table of hooks (hookline/verlihub/hooks.h),
// and of notes: static texts in hook_notes.cc and verlihub/notes.cc. A test demands a note for
// every hook.
//
// Thread safety: all functions from any thread.
namespace hookline::cli {

// Returns the reference of the host that the file describes (`--host FILE`), or of a hub if there
// is no file. Error: kBadArguments, a sentence that names the file and says what to do.
[[nodiscard]] Result<Reference> read_reference(const std::optional<std::string>& file);

// Returns nullopt if the file cannot be read.
[[nodiscard]] std::optional<std::string> read_text(const std::string& file);

[[nodiscard]] Reference vh_reference();
// Returns what vh_reference().json() does, with what a block does and what may be replaced.
[[nodiscard]] Result<std::string> vh_reference_json();

// Holds the note of a hook.
struct HookNote {
  std::string_view name;
  std::string_view when;     // says when the hook is called
  std::string_view block;    // the effect of a block, a clause; empty if the hub ignores the result
  std::string_view example;  // Python code that defines the hook
};

// Describes a function that the host calls by name, but that is not a hook of the table.
struct OtherHookNote {
  std::string_view name;
  std::string_view signature;  // "(command: str, data: str) -> str"
  std::string_view when;
  std::string_view example;
};

[[nodiscard]] std::span<const HookNote> hook_notes() noexcept;
[[nodiscard]] std::span<const OtherHookNote> other_hook_notes() noexcept;

// Returns the module `vh`, as a hub has it.
[[nodiscard]] Module vh_module();

// Returns the note of a row, or nullptr if it has none.
[[nodiscard]] const HookNote* find_note(const HookRow& row) noexcept;

}  // namespace hookline::cli
