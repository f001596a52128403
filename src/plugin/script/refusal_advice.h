#pragma once

#include "hookline/error.h"
#include "hookline/options.h"

namespace hookline::detail {

// If `error` says that an extension module or the standard library refuses something in the
// interpreter of a script with this GIL, adds advice to its message and traceback: which setting
// lets the module be imported and where to write it, or what to use instead.
void add_advice(Error& error, Gil gil);

}  // namespace hookline::detail
