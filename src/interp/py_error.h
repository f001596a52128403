#pragma once

#include <exception>
#include <functional>

#include "hookline/error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Takes the Python exception that is set (REQUIRES: one is) as a kScriptRaised with its type,
// message and formatted traceback, and clears it. An exception whose own __str__ raises is
// survived. The exception lives as long as the error and its copies do, or its interpreter.
[[nodiscard]] Error take_python_error();

// Raises the exception that `error` was made of once more, with the traceback that it has. False:
// that is not from the interpreter which the calling thread is attached to.
[[nodiscard]] bool raise_origin(const Error& error);

// Sets the Python exception that stands for an error of C++. REQUIRES: none is set.
using RaiseError = void (*)(const Error& error);

// The error that a C++ exception stands for. Called with the GIL held; must not throw.
using TranslateException = std::function<Error(const std::exception_ptr& thrown)>;

}  // namespace hookline::detail
