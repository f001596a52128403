#pragma once

#include <span>

#include "hookline/error.h"
#include "hookline/value.h"
#include "interp/spare_texts.h"
#include "marshal/argument_pack.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

// These functions call Python objects with arguments from C++. An exception, including SystemExit
// and KeyboardInterrupt, is kScriptRaised; an argument that cannot be converted is the error of
// to_python(), with its path ("args[1]: ..."). No Python exception is left set. All of them REQUIRE
// that the interpreter is attached.

namespace hookline::detail {

// Calls `callable` with copies of `args` and copies its result out.
[[nodiscard]] Result<Value> call_with_values(PyObject* callable, std::span<const Value> args,
                                             const MarshalOptions& options);

// Calls `callable` with copies of `args` and `keywords`. The result is not copied out. It is slower
// than the other functions. A keyword that is given twice is kBadArguments.
[[nodiscard]] Result<PyRef> call_with_keywords(PyObject* callable, std::span<const Value> args,
                                               std::span<const Keyword> keywords,
                                               const MarshalOptions& options);

// Does what call_with_values() does for the usual case, in one function and without detours,
// because a short hook takes less time than a few function calls.
//
// Returns false, without having called `callable`, if an argument cannot be converted or there are
// too many; then use call_with_values(), which calls it or returns the error. `vectorcall` is what
// PyVectorcall_Function() returns for a plain Python function, and nullptr for any other callable.
// Texts are taken from `texts` and given back to it, unless it is nullptr. REQUIRES: `result` holds
// None.
[[nodiscard]] bool call_plainly(PyObject* callable, vectorcallfunc vectorcall,
                                const PackedView& args, const MarshalOptions& options,
                                SpareTexts* spares, Result<Value>& result);

}  // namespace hookline::detail
