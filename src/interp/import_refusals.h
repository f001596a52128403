#pragma once

#include "hookline/error.h"

namespace hookline::detail {

// Keeps the arenas of the attached interpreter (MemoryAccount::pin_arenas()) as soon as an
// extension module fails to be imported in it. CPython 3.13 keeps modules that refuse
// sub-interpreters in a table of the process, with objects of the interpreter that has tried.
// REQUIRES: the interpreter is not the main one.
[[nodiscard]] Result<void> watch_for_import_refusals();

}  // namespace hookline::detail
