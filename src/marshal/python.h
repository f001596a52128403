#pragma once

#include <string_view>

#include "hookline/detail/value_path.h"
#include "hookline/error.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "marshal/json.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Opens opaque handles: what `interp` knows about the objects behind them.
class HandleOpener {
 public:
  virtual ~HandleOpener() = default;
  // The object behind `handle`, or a null PyRef if it belongs to another interpreter, or, with a
  // Python exception set that says why, if it cannot be opened (kBadArguments).
  [[nodiscard]] virtual PyRef open(const Handle& handle) = 0;
};

// How the conversions below treat text and depth.
struct MarshalOptions {
  TextMode text = TextMode::kExact;
  const TextCodec* codec = nullptr;  // nullptr: utf-8. Not owned.
  int max_depth = kDefaultMaxDepth;
  HandleOpener* handles = nullptr;  // nullptr: a handle is kUnsupportedType. Not owned.
};

// The Python object that equals `value`, or an error whose message begins with `path` extended to
// the place ("args[1].users[3]: ..."). No Python exception is left set.
// REQUIRES: the calling thread is attached to an interpreter.
[[nodiscard]] Result<PyRef> to_python(const Value& value, std::string_view path,
                                      const MarshalOptions& options = {});

// The same for a caller that converts several values: the path of each is made only in an error.
[[nodiscard]] Result<PyRef> to_python(const Value& value, const ValuePath& at,
                                      const MarshalOptions& options = {});

// A copy of `object`. What is not of exactly one of the kinds of Value is copied as what it stands
// for, if that is plain: instances of subclasses as their base, dataclasses as dicts, enums as
// their values, dates as text (docs/values.md has the table); anything else is kUnsupportedType.
// Runs no code of the script, except for those (a property, a __str__). Errors as above,
// kCyclicValue and kValueTooDeep among them.
// REQUIRES: the calling thread is attached to the interpreter of `object`.
[[nodiscard]] Result<Value> from_python(PyObject* object, std::string_view path,
                                        const MarshalOptions& options = {});
[[nodiscard]] Result<Value> from_python(PyObject* object, const ValuePath& at,
                                        const MarshalOptions& options = {});

}  // namespace hookline::detail
