#pragma once

#include <optional>
#include <string>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/reference.h"

// Is the reference of a host: of the one that a file describes, or of a hub. The latter is made of
// the module `vh` (hookline/verlihub/module.h), of the table of hooks (hookline/verlihub/hooks.h),
// and of notes: static texts in verlihub/hook_notes.cc and verlihub/notes.cc. A test demands a note
// for every hook.
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

// Returns the module `vh`, as a hub has it.
[[nodiscard]] Module vh_module();

}  // namespace hookline::cli
