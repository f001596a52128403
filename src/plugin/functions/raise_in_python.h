#pragma once

#include "hookline/error.h"

namespace hookline::detail {

// Sets the Python exception that stands for `error`:
//   an exception of this very interpreter is raised again, with its traceback
//   any other kScriptRaised becomes an exception of the same built-in type, or else a RuntimeError
//     whose text begins with the type; a traceback from elsewhere is added as a note
//   any other code becomes the exception that fits, such as TypeError for kBadArguments
// REQUIRES: the GIL.
void raise_in_python(const Error& error);

}  // namespace hookline::detail
