#pragma once

#include <exception>
#include <functional>

#include "hookline/error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Clears the Python exception that is set and returns it as kScriptRaised with its type, message
// and formatted traceback. An exception whose own __str__ raises is described as far as possible.
// The exception object lives as long as the error and its copies, or its interpreter. REQUIRES: an
// exception is set.
[[nodiscard]] Error take_python_error();

// Raises the exception again that `error` was made of, with its traceback. Returns false if the
// exception does not come from the interpreter that the calling thread is attached to.
[[nodiscard]] bool raise_origin(const Error& error);

// Sets the Python exception that corresponds to an Error. REQUIRES: none is set.
using RaiseError = void (*)(const Error& error);

// Returns the Error that corresponds to a C++ exception. Called with the GIL held; must not throw.
using TranslateException = std::function<Error(const std::exception_ptr& thrown)>;

}  // namespace hookline::detail
