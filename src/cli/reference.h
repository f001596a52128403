#pragma once

#include <string>

#include "hookline/error.h"

namespace hookline::cli {

// Everything that a script can use, from the tables that the code itself is made of
// (plugin/hooks.h, plugin/vh_table.h, plugin/vh_constants.h) and the notes in
// cli/reference_notes.h. One function for each form.

// Sections for a page, each headed by "## ".
[[nodiscard]] std::string reference_markdown();
// A stub file for editors and type checkers.
[[nodiscard]] std::string reference_pyi();
// One object with the lists hooks, functions, extras, attributes and constants.
[[nodiscard]] Result<std::string> reference_json();

}  // namespace hookline::cli
