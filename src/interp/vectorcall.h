#pragma once

#include <span>

#include "hookline/detail/scalar.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "marshal/python.h"

namespace hookline::detail {

// Calls `callable` with copies of `args`, which are Values or Scalars, and copies its result out.
// Whatever it raises is kScriptRaised; no Python exception is left set. REQUIRES: the interpreter
// is attached.
template <class Arg>
[[nodiscard]] Result<Value> call_with_values(PyObject* callable, std::span<const Arg> args,
                                             const MarshalOptions& options);

}  // namespace hookline::detail
