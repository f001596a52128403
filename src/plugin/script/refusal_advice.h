#pragma once

#include "hookline/error.h"
#include "hookline/python_options.h"

namespace hookline::detail {

// If `error` says that an extension module refuses the interpreter of a script with this GIL, adds
// advice to its message and traceback: which setting lets the module be imported, and where to
// write it.
void add_advice(Error& error, Gil gil);

}  // namespace hookline::detail
