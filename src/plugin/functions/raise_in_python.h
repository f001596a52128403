#pragma once

#include "hookline/error.h"

namespace hookline::detail {

// Sets the Python exception that stands for `error`:
//   what was raised in this very interpreter: that exception again, with its traceback
//   any other kScriptRaised: one of the same type if that is Python's own, else a RuntimeError
//   whose
//     text begins with the type; a traceback from elsewhere is added as a note
//   the other codes: the exception that fits, such as TypeError for kBadArguments
// REQUIRES: the GIL.
void raise_in_python(const Error& error);

}  // namespace hookline::detail
