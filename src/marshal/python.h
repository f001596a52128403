#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hookline/detail/value_path.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "marshal/copy_budget.h"
#include "marshal/json.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Opens handles. `interp` implements it, since only `interp` knows the objects behind them.
class HandleOpener {
 public:
  virtual ~HandleOpener() = default;
  // Returns the object behind `handle`. Returns null without an exception if the object belongs to
  // another interpreter. Returns null with a Python exception set, which becomes kBadArguments, if
  // it cannot be opened.
  [[nodiscard]] virtual PyRef open(const Handle& handle) = 0;
};

// The limit of copies where nobody has set another one.
inline constexpr std::size_t kDefaultMaxBytes = std::size_t{64} << 20U;

// Options of the conversions below.
struct MarshalOptions {
  TextMode text = TextMode::kExact;
  const TextCodec* codec = nullptr;  // nullptr: utf-8. It is not owned.
  int max_depth = kDefaultMaxDepth;
  HandleOpener* handles = nullptr;  // nullptr: a handle is kUnsupportedType. It is not owned.
  // The limit of what from_python() copies, as CopyBudget counts it, and whom it asks.
  std::size_t max_bytes = kDefaultMaxBytes;
  bool (*may_take)(std::size_t bytes) = nullptr;
};

// Makes a Python object that equals `value`. The message of an error begins with `path`, extended
// to the place of the error ("args[1].users[3]: ..."). No Python exception is left set. REQUIRES:
// the calling thread is attached to an interpreter.
[[nodiscard]] Result<PyRef> to_python(const Value& value, std::string_view path,
                                      const MarshalOptions& options = {});

// Does the same for a caller that converts several values: the text of a path is only made for an
// error.
[[nodiscard]] Result<PyRef> to_python(const Value& value, const ValuePath& at,
                                      const MarshalOptions& options = {});

// Copies `object`. An object whose type is not a kind of Value is copied as its plain form, if it
// has one: instances of subclasses as their base class, dataclasses as dicts, enums as their
// values, dates as text (docs/values.md has the table). Any other object is kUnsupportedType. Only
// plain forms run code of the script (a property, a __str__). Other errors are those of
// to_python(), kCyclicValue, kValueTooDeep, kValueTooLarge, and kScriptRaised with MemoryError if
// the process may not have what the copy takes. REQUIRES: the calling thread is attached to the
// interpreter of `object`.
[[nodiscard]] Result<Value> from_python(PyObject* object, std::string_view path,
                                        const MarshalOptions& options = {});
[[nodiscard]] Result<Value> from_python(PyObject* object, const ValuePath& at,
                                        const MarshalOptions& options = {});
// Does the same for several values that share a budget, whose limit is MarshalOptions::max_bytes.
// If it fails, what it has taken from the budget is undefined.
[[nodiscard]] Result<Value> from_python(PyObject* object, const ValuePath& at,
                                        const MarshalOptions& options, CopyBudget& budget);

// Returns the message of kValueTooLarge.
[[nodiscard]] std::string too_large_text(std::size_t max_bytes);

}  // namespace hookline::detail
