#pragma once

#include "marshal/py_ref.h"

namespace hookline::detail {

// Runs a compiled module in `globals`, a dict. Null with an exception set if it raises.
// REQUIRES: an interpreter is attached.
[[nodiscard]] PyRef run_code(PyObject* code, PyObject* globals);

}  // namespace hookline::detail
