#pragma once

#include <span>

#include "hookline/error.h"
#include "marshal/python.h"
#include "hookline/detail/scalar.h"
#include "hookline/value.h"

namespace hookline {

// Calls `callable` with copies of `args`, which are Values or Scalars, and copies its result out.
// Whatever it raises is kScriptRaised; no Python exception is left set. REQUIRES: the interpreter
// is attached.
template <class Arg>
[[nodiscard]] Result<Value> call_with_values(PyObject* callable, std::span<const Arg> args,
                                             const MarshalOptions& options);

}  // namespace hookline
