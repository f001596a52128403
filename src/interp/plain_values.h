#pragma once

#include <cstdint>
#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"
#include "interp/spare_texts.h"
#include "marshal/python.h"
#include "marshal/python_text.h"

// These are the conversions that most calls need. They are inline, and do not prepare for errors as
// the general ones do. All of them REQUIRE that the interpreter is attached.

namespace hookline::detail {

// Converts a text. Returns a new reference, or null with an exception set. `spares` may be nullptr.
[[nodiscard]] inline PyObject* new_plain_text(std::string_view text, const MarshalOptions& options,
                                              SpareTexts* spares) {
  if (spares != nullptr) [[likely]] {
    if (PyObject* const spare = spares->take(text)) [[likely]] {
      return spare;
    }
  }
  return decode_text(text, options).release();
}

// Converts an argument. Returns a new reference, or null with an exception set; then the general
// conversion reports the error. `spares` may be nullptr.
[[nodiscard]] inline PyObject* new_plain_object(const Argument& argument,
                                                const MarshalOptions& options, SpareTexts* spares) {
  switch (argument.kind()) {
    case ArgKind::kStr:
      return new_plain_text(argument.text(), options, spares);
    case ArgKind::kInt:
      return PyLong_FromLongLong(argument.integer());
    case ArgKind::kFloat:
      return PyFloat_FromDouble(argument.real());
    case ArgKind::kBytes:
      return PyBytes_FromStringAndSize(argument.text().data(),
                                       static_cast<Py_ssize_t>(argument.text().size()));
    case ArgKind::kBool:
    case ArgKind::kAny:  // is never packed
      break;
  }
  return PyBool_FromLong(argument.integer() != 0 ? 1 : 0);
}

// Reads None, a bool or a small int, which most results are. Returns false for any other object,
// which the general conversion has to read. REQUIRES: `result` holds None.
[[nodiscard]] inline bool read_plain_object(PyObject* object, Result<Value>& result) {
  if (object == Py_None) {
    return true;
  }
  if (PyLong_CheckExact(object)) {
    const auto* number = reinterpret_cast<const PyLongObject*>(object);
    if (PyUnstable_Long_IsCompact(number) == 0) {
      return false;
    }
    result.emplace(static_cast<std::int64_t>(PyUnstable_Long_CompactValue(number)));
    return true;
  }
  if (PyBool_Check(object)) {
    result.emplace(object == Py_True);
    return true;
  }
  return false;
}

}  // namespace hookline::detail
