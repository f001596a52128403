#pragma once

#include "hookline/error.h"
#include "hookline/python_options.h"

namespace hookline::detail {

// If `error` is that of an extension module which refuses the interpreter of a script with this
// GIL: adds to its message and traceback what to write where so that it does not.
void add_advice(Error& error, Gil gil);

}  // namespace hookline::detail
