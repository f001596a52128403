#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "hookline/detail/value_path.h"
#include "marshal/number_text.h"
#include "marshal/plain_form.h"
#include "marshal/python.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

// Copies Python objects until the first error. Each read() returns false after an error.
//
// A codec and an object's plain form may run Python code, and other threads of the script run
// meanwhile. All of these may change the containers that are being read, so the reader owns every
// item while it reads it, and asks for sizes again.
class PythonReader {
 public:
  PythonReader(const MarshalOptions& options, CopyBudget& budget)
      : options_(options),
        max_depth_(std::clamp(options.max_depth, 0, kLargestMaxDepth)),
        budget_(budget) {}

  // Reads a value that is in no container.
  bool read_whole(PyObject* object, Value& value, const ValuePath& at) {
    return take_values(1, at) && read(object, value, at);
  }

  // Reads a value that the container around it has counted.
  bool read(PyObject* object, Value& value, const ValuePath& at) {
    if (object == Py_None) {
      value = nullptr;
      return true;
    }
    const PyTypeObject* type = Py_TYPE(object);
    if (type == &PyUnicode_Type) {
      return read_str(object, value, at);
    }
    if (type == &PyBool_Type) {
      value = object == Py_True;
      return true;
    }
    if (type == &PyLong_Type) {
      return read_int(object, value, at);
    }
    if (type == &PyFloat_Type) {
      value = PyFloat_AS_DOUBLE(object);
      return true;
    }
    return read_compound(object, type, value, at);
  }

  // REQUIRES: read() has failed.
  [[nodiscard]] Error take_error() { return std::move(error_).value_or(Error()); }

 private:
  bool read_compound(PyObject* object, const PyTypeObject* type, Value& value,
                     const ValuePath& at) {
    if (type == &PyBytes_Type) {
      const std::string_view bytes(PyBytes_AS_STRING(object),
                                   static_cast<std::size_t>(PyBytes_GET_SIZE(object)));
      return take(bytes.size(), at) && assign(value, Bytes{std::string(bytes)});
    }
    if (type == &PyTuple_Type) {
      return read_tuple(object, value, at);
    }
    if (type == &PyList_Type) {
      return read_list(object, value, at);
    }
    if (type == &PyDict_Type) {
      return read_dict(object, value, at);
    }
    if (type == &PySet_Type) {
      Set set;
      return read_set(object, set.items, at) && assign(value, std::move(set));
    }
    if (type == &PyFrozenSet_Type) {
      FrozenSet set;
      return read_set(object, set.items, at) && assign(value, std::move(set));
    }
    return read_plain_form(object, value, at);
  }

  // Reads the plain form of any other object at the same place and depth: a list for a deque.
  bool read_plain_form(PyObject* object, Value& value, const ValuePath& at) {
    if (at.is_inside(object)) {
      return fail(at, ErrorCode::kCyclicValue, "the " + type_name(object) + " contains itself");
    }
    // A plain form may have a plain form of its own, and so on without end. The limit is that of
    // containers, twice, since each of these may also be the value of an enum.
    if (plain_forms_ > 2 * max_depth_ + 1) {
      return fail_too_deep(at);
    }
    const PyRef plain = plain_form(object);
    if (!plain) {
      return PyErr_Occurred() != nullptr ? fail_with_exception(at) : fail_to_leave(object, at);
    }
    const ValuePath here = ValuePath::in_place(at, object);
    ++plain_forms_;
    const bool good = read(plain.get(), value, here);
    --plain_forms_;
    return good;
  }

  // Reports an error, with advice for an iterator: mostly it is a generator that the caller did not
  // expect.
  bool fail_to_leave(PyObject* object, const ValuePath& at) {
    return fail(
        at, ErrorCode::kUnsupportedType,
        "an object of type '" + type_name(object) + "' cannot leave its interpreter" +
            (PyIter_Check(object) != 0 ? ": make it a list, or read it with stream()" : ""));
  }

  bool read_str(PyObject* str, Value& value, const ValuePath& at) {
    // A text has at least one byte for each character. A longer one is not even encoded.
    if (static_cast<std::size_t>(PyUnicode_GET_LENGTH(str)) > budget_.left()) [[unlikely]] {
      return fail_too_large(at);
    }
    if (const auto kept = kept_text(str, options_)) {
      if (!take(kept->size(), at)) {
        return false;
      }
      value.assign_text(*kept);
      return true;
    }
    std::string text;
    if (!encode_text(str, options_, text)) {
      return fail_with_exception(at);
    }
    return take(text.size(), at) && assign(value, std::move(text));
  }

  bool read_int(PyObject* object, Value& value, const ValuePath& at) {
    const auto* compact = reinterpret_cast<const PyLongObject*>(object);
    if (PyUnstable_Long_IsCompact(compact) != 0) {
      value = static_cast<std::int64_t>(PyUnstable_Long_CompactValue(compact));
      return true;
    }
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) {
      value = number;
      return true;
    }
    return read_big_int(object, value, at);
  }

  bool read_big_int(PyObject* object, Value& value, const ValuePath& at) {
    constexpr int kBase = 16;
    constexpr std::string_view kPrefix = "0x";
    const PyRef text = PyRef::steal(PyNumber_ToBase(object, kBase));
    Py_ssize_t size = 0;
    const char* chars = text ? PyUnicode_AsUTF8AndSize(text.get(), &size) : nullptr;
    if (chars == nullptr) {
      return fail_with_exception(at);
    }
    std::string_view hex(chars, static_cast<std::size_t>(size));
    const bool negative = hex.starts_with('-');
    hex.remove_prefix(kPrefix.size() + (negative ? 1 : 0));
    // A number has at least as many decimal digits as hex digits, so too many are refused before
    // the conversion.
    std::string digits = hex.size() <= kMaxBigIntDigits ? hex_to_decimal(hex) : std::string();
    if (digits.empty() || digits.size() > kMaxBigIntDigits) {
      return fail(at, ErrorCode::kUnsupportedType,
                  "an int of more than " + std::to_string(kMaxBigIntDigits) + " digits");
    }
    return take(digits.size(), at) && assign(value, BigInt{(negative ? "-" : "") + digits});
  }

  bool read_tuple(PyObject* tuple, Value& value, const ValuePath& at) {
    ValuePath here(at, tuple);
    if (!enter(here, at, tuple)) {
      return false;
    }
    Tuple result;
    const auto size = static_cast<std::size_t>(PyTuple_GET_SIZE(tuple));
    if (!take_values(size, at)) {
      return false;
    }
    result.items.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      here.at_index(i);
      PyObject* item = PyTuple_GET_ITEM(tuple, static_cast<Py_ssize_t>(i));
      if (!read(item, result.items[i], here)) {
        return false;
      }
    }
    return assign(value, std::move(result));
  }

  bool read_list(PyObject* list, Value& value, const ValuePath& at) {
    ValuePath here(at, list);
    if (!enter(here, at, list)) {
      return false;
    }
    List result;
    const auto size = static_cast<std::size_t>(PyList_GET_SIZE(list));
    if (!take_values(size, at)) {
      return false;
    }
    result.reserve(size);
    for (std::size_t i = 0; i < size && i < static_cast<std::size_t>(PyList_GET_SIZE(list)); ++i) {
      here.at_index(i);
      const PyRef item = PyRef::borrow(PyList_GET_ITEM(list, static_cast<Py_ssize_t>(i)));
      if (!read(item.get(), result.emplace_back(), here)) {
        return false;
      }
    }
    return assign(value, std::move(result));
  }

  bool read_dict(PyObject* dict, Value& value, const ValuePath& at) {
    ValuePath here(at, dict);
    if (!enter(here, at, dict)) {
      return false;
    }
    if (!take_values(2 * static_cast<std::size_t>(PyDict_GET_SIZE(dict)), at)) {
      return false;
    }
    const PyRef snapshot = stable(dict);
    if (!snapshot) {
      return fail_with_exception(at);
    }
    Dict result;
    const Py_ssize_t size = PyDict_GET_SIZE(snapshot.get());
    result.items.reserve(static_cast<std::size_t>(size));
    Py_ssize_t position = 0;
    PyObject* next_key = nullptr;
    PyObject* next_item = nullptr;
    while (PyDict_Next(snapshot.get(), &position, &next_key, &next_item) != 0) {
      if (PyDict_GET_SIZE(snapshot.get()) != size) [[unlikely]] {
        return fail(at, ErrorCode::kUnsupportedType, "the dict changed while it was copied");
      }
      const PyRef key = PyRef::borrow(next_key);
      const PyRef item = PyRef::borrow(next_item);
      auto& [key_value, item_value] = result.items.emplace_back();
      here.at_nth_key(result.items.size() - 1);
      if (!read(key.get(), key_value, here)) {
        return false;
      }
      here.at_key(key_value);
      if (!read(item.get(), item_value, here)) {
        return false;
      }
    }
    return assign(value, std::move(result));
  }

  // Returns the dict itself if nothing can change it while it is read, otherwise a copy.
  PyRef stable(PyObject* dict) {
    return codec_runs_python(options_) ? PyRef::steal(PyDict_Copy(dict)) : PyRef::borrow(dict);
  }

  bool read_set(PyObject* set, std::vector<Value>& items, const ValuePath& at) {
    ValuePath here(at, set);
    if (!enter(here, at, set)) {
      return false;
    }
    const auto size = static_cast<std::size_t>(PySet_GET_SIZE(set));
    if (!take_values(size, at)) {
      return false;
    }
    items.reserve(size);
    const PyRef iterator = PyRef::steal(PyObject_GetIter(set));
    if (!iterator) {
      return fail_with_exception(at);
    }
    while (const PyRef item = PyRef::steal(PyIter_Next(iterator.get()))) {
      here.at_index(items.size());
      if (!read(item.get(), items.emplace_back(), here)) {
        return false;
      }
    }
    return PyErr_Occurred() == nullptr || fail_with_exception(at);
  }

  bool take(std::size_t bytes, const ValuePath& at) {
    return budget_.take(bytes) || fail_too_large(at);
  }
  bool take_values(std::size_t count, const ValuePath& at) {
    return budget_.take_values(count) || fail_too_large(at);
  }

  bool fail_too_large(const ValuePath& at) {
    if (!budget_.is_out_of_memory()) {
      return fail(at, ErrorCode::kValueTooLarge, too_large_text(options_.max_bytes));
    }
    error_ = at.error(ErrorCode::kScriptRaised, "there is no memory for a copy of the value");
    error_->python_type = "MemoryError";
    return false;
  }

  bool enter(const ValuePath& here, const ValuePath& at, PyObject* container) {
    if (at.is_inside(container)) {
      return fail(at, ErrorCode::kCyclicValue, "the " + type_name(container) + " contains itself");
    }
    return here.depth() <= max_depth_ || fail_too_deep(at);
  }

  bool fail_too_deep(const ValuePath& at) {
    return fail(at, ErrorCode::kValueTooDeep,
                "nested deeper than " + std::to_string(max_depth_) + " levels");
  }

  template <class T>
  static bool assign(Value& value, T content) {
    value = std::move(content);
    return true;
  }

  bool fail(const ValuePath& at, ErrorCode code, std::string_view what) {
    error_ = at.error(code, what);
    return false;
  }

  bool fail_with_exception(const ValuePath& at) {
    error_ = take_conversion_error(at, ErrorCode::kUnsupportedType);
    return false;
  }

  const MarshalOptions& options_;
  int max_depth_;
  CopyBudget& budget_;
  int plain_forms_ = 0;  // the number of plain forms around the object that is being read
  std::optional<Error> error_;
};

}  // namespace

Result<Value> from_python(PyObject* object, const ValuePath& at, const MarshalOptions& options,
                          CopyBudget& budget) {
  PythonReader reader(options, budget);
  Result<Value> result;
  if (!reader.read_whole(object, *result, at)) {
    result = std::unexpected(reader.take_error());
  }
  return result;
}

Result<Value> from_python(PyObject* object, const ValuePath& at, const MarshalOptions& options) {
  CopyBudget budget(options.max_bytes, options.may_take);
  return from_python(object, at, options, budget);
}

Result<Value> from_python(PyObject* object, std::string_view path, const MarshalOptions& options) {
  return from_python(object, ValuePath(path), options);
}

std::string too_large_text(std::size_t max_bytes) {
  return "more than the value_limit of " + std::to_string(max_bytes) +
         " bytes: pass less at a time";
}

}  // namespace hookline::detail
