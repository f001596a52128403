#pragma once

#include <span>

#include "hookline/detail/scalar.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "interp/argument_texts.h"
#include "marshal/python.h"
#include "marshal/scalar_pack.h"

namespace hookline::detail {

// Calls `callable` with copies of `args`, and copies its result out: as call_with_values(), for
// what nearly all calls are. It is one function without a detour, because a short hook takes less
// time than a few detours do.
//
// False: `callable` has not been called, because an argument cannot be converted or there are too
// many; call_with_values() then says why, or does it. No Python exception is left set. `vectorcall`
// is what PyVectorcall_Function() says of the callable, if that is a Python function, or nullptr.
// Texts are taken from `texts`, and go back there, unless that is nullptr.
// REQUIRES: the interpreter is attached; `result` is a Value.
[[nodiscard]] bool call_plainly(PyObject* callable, vectorcallfunc vectorcall,
                                std::span<const Scalar> args, const MarshalOptions& options,
                                ArgumentTexts* texts, Result<Value>& result);
[[nodiscard]] bool call_plainly(PyObject* callable, vectorcallfunc vectorcall,
                                const PackedView& args, const MarshalOptions& options,
                                ArgumentTexts* texts, Result<Value>& result);

}  // namespace hookline::detail
