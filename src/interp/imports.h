#pragma once

#include "hookline/error.h"
#include "interp/helpers.h"
#include "interp/interpreter.h"

namespace hookline::detail {

// Makes the module importable in the attached interpreter, if there is one. It must be found by its
// name and not be built into Python, because the table of builtin modules is one for the process,
// while each host has a module of its own.
[[nodiscard]] Result<void> offer_host_module(const Helpers& helpers, const HostModule& module);

// Stands in for the functions of CPython that create modules in C in the attached interpreter.
//
// They create a module without the main interpreter where they can (module_definitions.h). And they
// keep the arenas of the interpreter (MemoryAccount::pin_arenas()) as soon as an extension module
// fails to be imported, since CPython 3.13 keeps modules that refuse sub-interpreters in a table of
// the process, with objects of the interpreter that has tried. REQUIRES: the interpreter is not the
// main one.
[[nodiscard]] Result<void> stand_in_for_imports();

}  // namespace hookline::detail
