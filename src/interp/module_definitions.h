#pragma once

#include "hookline/error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Knows the definitions of modules in C, so that a script can import those without the main
// interpreter.
//
// CPython runs the init function of a module in C in the main interpreter, whatever interpreter
// imports it, because only the result says whether the module initializes in several phases. So it
// needs the main GIL for a moment, which code in C of a script that shares that GIL may keep for
// long. But if a module initializes in phases, its init function only returns its definition, and
// that is the same in all interpreters. So once CPython has created a module of a definition, the
// next ones are made of that definition directly.
//
// Thread safety: all functions from any thread. REQUIRES: it is attached to an interpreter.

// Notes the definitions of all modules that the attached interpreter has imported.
void note_definitions() noexcept;

// Notes the definition of `module`, which CPython has just created for `spec`.
void note_definition(PyObject* spec, PyObject* module) noexcept;

// Creates the module of `spec` if its definition is known. Otherwise returns null, without an
// exception; if the module refuses to be created, null with an exception.
[[nodiscard]] PyObject* create_of_definition(PyObject* spec) noexcept;

}  // namespace hookline::detail
