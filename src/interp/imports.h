#pragma once

#include "hookline/error.h"
#include "interp/helpers.h"
#include "interp/interpreter.h"

namespace hookline::detail {

// Makes the module importable in the attached interpreter, if there is one. It must be found by its
// name and not be built into Python, because the table of builtin modules is one for the process,
// while each host has a module of its own.
[[nodiscard]] Result<void> offer_host_module(const Helpers& helpers, const HostModule& module);

// Keeps the arenas of the attached interpreter (MemoryAccount::pin_arenas()) as soon as an
// extension module fails to be imported in it. CPython 3.13 keeps modules that refuse
// sub-interpreters in a table of the process, with objects of the interpreter that has tried.
// REQUIRES: the interpreter is not the main one.
[[nodiscard]] Result<void> watch_for_import_refusals();

}  // namespace hookline::detail
