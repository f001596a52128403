#pragma once

#include <span>

#include "hookline/detail/keyword.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

// Calls `callable` with copies of `args` and `keywords`; the result is not copied out. Errors as
// call_with_values() has them (interp/vectorcall.h), which is quicker where there are no keywords.
// REQUIRES: the interpreter is attached.
[[nodiscard]] Result<PyRef> call_with_keywords(PyObject* callable, std::span<const Value> args,
                                               std::span<const Keyword> keywords,
                                               const MarshalOptions& options);

}  // namespace hookline::detail
