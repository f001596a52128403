#include <algorithm>
#include <optional>
#include <variant>

#include "hookline/detail/value_path.h"
#include "marshal/number_text.h"
#include "marshal/python.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

Py_ssize_t py_size(const std::vector<Value>& items) {
  return static_cast<Py_ssize_t>(items.size());
}

// Builds Python objects until the first error. Each build() returns null after an error; then the
// PyRefs release the objects that were built before.
class PythonBuilder {
 public:
  explicit PythonBuilder(const MarshalOptions& options)
      : options_(options), max_depth_(std::clamp(options.max_depth, 0, kLargestMaxDepth)) {}

  [[nodiscard]] PyRef build(const Value& value, const ValuePath& at) {
    return value.visit([this, &at](const auto& data) { return build(data, at); });
  }

  // REQUIRES: build() has failed.
  [[nodiscard]] Error take_error() { return std::move(error_).value_or(Error()); }

 private:
  PyRef build(std::monostate /*none*/, const ValuePath& /*at*/) { return PyRef::borrow(Py_None); }
  PyRef build(bool flag, const ValuePath& /*at*/) {
    return PyRef::borrow(flag ? Py_True : Py_False);
  }
  PyRef build(std::int64_t number, const ValuePath& at) {
    return checked(PyLong_FromLongLong(number), at);
  }
  PyRef build(double number, const ValuePath& at) {
    return checked(PyFloat_FromDouble(number), at);
  }
  PyRef build(const std::string& text, const ValuePath& at) {
    return checked(decode_text(text, options_).release(), at);
  }
  PyRef build(const Bytes& bytes, const ValuePath& at) {
    return checked(
        PyBytes_FromStringAndSize(bytes.data.data(), static_cast<Py_ssize_t>(bytes.data.size())),
        at);
  }

  PyRef build(const BigInt& number, const ValuePath& at) {
    std::string_view digits = number.digits;
    if (!is_decimal_integer(digits)) {
      return fail(at, ErrorCode::kBadArguments, "a big int has to be decimal digits");
    }
    const bool negative = digits.starts_with('-');
    digits.remove_prefix(negative ? 1 : 0);
    if (digits.size() > kMaxBigIntDigits) {
      return fail(at, ErrorCode::kUnsupportedType,
                  "an int of more than " + std::to_string(kMaxBigIntDigits) + " digits");
    }
    const std::string hex = (negative ? "-" : "") + decimal_to_hex(digits);
    constexpr int kBase = 16;
    return checked(PyLong_FromString(hex.c_str(), nullptr, kBase), at);
  }

  PyRef build(const Handle& handle, const ValuePath& at) {
    if (options_.handles == nullptr) {
      return fail(at, ErrorCode::kUnsupportedType, "a handle cannot be opened here");
    }
    PyRef object = options_.handles->open(handle);
    if (!object && PyErr_Occurred() != nullptr) {
      error_ = take_conversion_error(at, ErrorCode::kBadArguments);
      return {};
    }
    if (!object) {
      return fail(at, ErrorCode::kUnsupportedType, "the handle belongs to another interpreter");
    }
    return object;
  }

  PyRef build(const List& list, const ValuePath& at) {
    return fill(PyRef::steal(PyList_New(py_size(list))), list, at,
                [](PyObject* to, std::size_t i, PyObject* item) {
                  PyList_SET_ITEM(to, static_cast<Py_ssize_t>(i), item);
                });
  }

  PyRef build(const Tuple& tuple, const ValuePath& at) {
    return fill(PyRef::steal(PyTuple_New(py_size(tuple.items))), tuple.items, at,
                [](PyObject* to, std::size_t i, PyObject* item) {
                  PyTuple_SET_ITEM(to, static_cast<Py_ssize_t>(i), item);
                });
  }

  // `set_item` takes over the item's reference.
  template <class SetItem>
  PyRef fill(PyRef sequence, const std::vector<Value>& items, const ValuePath& at,
             SetItem set_item) {
    ValuePath here(at, nullptr);
    if (!sequence || !enter(here, at)) {
      return checked(nullptr, at);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      here.at_index(i);
      PyRef item = build(items[i], here);
      if (!item) {
        return {};
      }
      set_item(sequence.get(), i, item.release());
    }
    return sequence;
  }

  PyRef build(const Set& set, const ValuePath& at) {
    return fill_set(PyRef::steal(PySet_New(nullptr)), set.items, at);
  }
  // A frozenset may be filled as long as there is only one reference to it.
  PyRef build(const FrozenSet& set, const ValuePath& at) {
    return fill_set(PyRef::steal(PyFrozenSet_New(nullptr)), set.items, at);
  }

  PyRef fill_set(PyRef set, const std::vector<Value>& items, const ValuePath& at) {
    ValuePath here(at, nullptr);
    if (!set || !enter(here, at)) {
      return checked(nullptr, at);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      here.at_index(i);
      const PyRef item = build(items[i], here);
      if (!item) {
        return {};
      }
      if (PySet_Add(set.get(), item.get()) != 0) {
        return checked(nullptr, here);
      }
    }
    if (PySet_GET_SIZE(set.get()) != py_size(items)) {
      return fail(at, ErrorCode::kBadArguments,
                  "items of the set are equal to each other in Python");
    }
    return set;
  }

  PyRef build(const Dict& dict, const ValuePath& at) {
    PyRef result = PyRef::steal(PyDict_New());
    ValuePath here(at, nullptr);
    if (!result || !enter(here, at)) {
      return checked(nullptr, at);
    }
    for (std::size_t i = 0; i < dict.items.size(); ++i) {
      here.at_nth_key(i);
      const PyRef key = build(dict.items[i].first, here);
      if (!key) {
        return {};
      }
      here.at_key(dict.items[i].first);
      const PyRef value = build(dict.items[i].second, here);
      if (!value) {
        return {};
      }
      if (PyDict_SetItem(result.get(), key.get(), value.get()) != 0) {
        here.at_nth_key(i);
        return checked(nullptr, here);
      }
    }
    if (static_cast<std::size_t>(PyDict_GET_SIZE(result.get())) != dict.items.size()) {
      return fail(at, ErrorCode::kBadArguments,
                  "keys of the dict are equal to each other in Python");
    }
    return result;
  }

  bool enter(const ValuePath& here, const ValuePath& at) {
    if (here.depth() <= max_depth_) {
      return true;
    }
    fail(at, ErrorCode::kValueTooDeep,
         "nested deeper than " + std::to_string(max_depth_) + " levels");
    return false;
  }

  // Takes over `object`. If it is null, stores the Python exception that is set, if any, as the
  // error.
  PyRef checked(PyObject* object, const ValuePath& at) {
    if (object == nullptr && PyErr_Occurred() != nullptr) {
      error_ = take_conversion_error(at, ErrorCode::kUnsupportedType);
    }
    return PyRef::steal(object);
  }

  PyRef fail(const ValuePath& at, ErrorCode code, std::string_view what) {
    error_ = at.error(code, what);
    return {};
  }

  const MarshalOptions& options_;
  int max_depth_;
  std::optional<Error> error_;
};

}  // namespace

Result<PyRef> to_python(const Value& value, const ValuePath& at, const MarshalOptions& options) {
  PythonBuilder builder(options);
  PyRef object = builder.build(value, at);
  if (!object) {
    return std::unexpected(builder.take_error());
  }
  return object;
}

Result<PyRef> to_python(const Value& value, std::string_view path, const MarshalOptions& options) {
  return to_python(value, ValuePath(path), options);
}

}  // namespace hookline::detail
