#pragma once

#include "marshal/error.h"
#include "marshal/py_ref.h"

namespace hookline {

// Takes the Python exception that is set (REQUIRES: one is) as a kScriptRaised with its type,
// message and formatted traceback, and clears it. An exception whose own __str__ raises is
// survived.
[[nodiscard]] Error take_python_error();

// Sets the Python exception that stands for an error of C++. REQUIRES: none is set.
using RaiseError = void (*)(const Error& error);

}  // namespace hookline
