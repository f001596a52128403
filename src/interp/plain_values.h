#pragma once

#include <cstdint>
#include <string_view>

#include "hookline/detail/scalar.h"
#include "hookline/result.h"
#include "hookline/value.h"
#include "interp/argument_texts.h"
#include "marshal/python.h"
#include "marshal/python_text.h"

// These are the conversions that most calls need. They are inline, and do not prepare for errors as
// the general ones do. All of them REQUIRE that the interpreter is attached.

namespace hookline::detail {

// Converts a text. Returns a new reference, or null with an exception set. `texts` may be nullptr.
[[nodiscard]] inline PyObject* new_plain_text(std::string_view text, const MarshalOptions& options,
                                              ArgumentTexts* texts) {
  if (texts == nullptr) {
    return decode_text(text, options).release();
  }
  if (!TextCache::takes(text)) {
    PyObject* const spare = texts->spare.take(text);
    return spare != nullptr ? spare : decode_text(text, options).release();
  }
  if (PyObject* const known = texts->recent.find(text)) {
    return known;
  }
  PyRef made = decode_text(text, options);
  if (made) {
    texts->recent.keep(text, made.get());
  }
  return made.release();
}

// Converts an argument. Returns a new reference, or null with an exception set; then the general
// conversion reports the error. `texts` may be nullptr.
[[nodiscard]] inline PyObject* new_plain_object(const Scalar& scalar, const MarshalOptions& options,
                                                ArgumentTexts* texts) {
  switch (scalar.kind()) {
    case Scalar::Kind::kText:
      return new_plain_text(scalar.text(), options, texts);
    case Scalar::Kind::kInt:
      return PyLong_FromLongLong(scalar.integer());
    case Scalar::Kind::kDouble:
      break;
  }
  return PyFloat_FromDouble(scalar.real());
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
