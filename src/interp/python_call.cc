#include "interp/python_call.h"

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "hookline/detail/value_path.h"
#include "interp/forked_child.h"
#include "interp/plain_values.h"
#include "interp/py_error.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

// Owns the arguments of one vectorcall. Up to kInline of them need no allocation.
class ArgumentVector {
 public:
  // NOLINTNEXTLINE(*-member-init): slots are read only after push() has filled them
  explicit ArgumentVector(std::size_t capacity) {
    if (capacity > kInline) {
      heap_ = std::make_unique<PyObject*[]>(capacity + 1);
      slots_ = heap_.get();
    }
  }
  ArgumentVector(const ArgumentVector&) = delete;
  ArgumentVector& operator=(const ArgumentVector&) = delete;
  ~ArgumentVector() {
    while (size_ > 0) {
      Py_DECREF(slots_[size_--]);
    }
  }

  void push(PyRef object) { slots_[++size_] = object.release(); }

  [[nodiscard]] PyRef call(PyObject* callable) {
    // A bound method puts its self into the free first slot instead of copying the arguments.
    PyRef result = PyRef::steal(
        PyObject_Vectorcall(callable, slots_ + 1, size_ | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
    end_forked_child();
    return result;
  }

 private:
  static constexpr std::size_t kInline = 8;
  std::array<PyObject*, kInline + 1> inline_;
  std::unique_ptr<PyObject*[]> heap_;
  PyObject** slots_ = inline_.data();
  std::size_t size_ = 0;
};

// Converts text, which most arguments are. Returns null, without an exception, if the general
// conversion has to do it.
PyRef quick_to_python(const Value& value, const MarshalOptions& options) {
  const auto* text = value.as<std::string>();
  if (text == nullptr) {
    return {};
  }
  PyRef str = decode_text(*text, options);
  if (!str) {
    PyErr_Clear();
  }
  return str;
}

// Returns false, with the reason in `error`.
bool push_all(ArgumentVector& arguments, std::span<const Value> args, const MarshalOptions& options,
              Result<Value>& error) {
  for (std::size_t i = 0; i < args.size(); ++i) {
    PyRef quick = quick_to_python(args[i], options);
    if (quick) [[likely]] {
      arguments.push(std::move(quick));
      continue;
    }
    ValuePath at("args");
    at.at_index(i);
    Result<PyRef> object = to_python(args[i], at, options);
    if (!object) {
      error = std::unexpected(std::move(object.error()));
      return false;
    }
    arguments.push(std::move(*object));
  }
  return true;
}

// Converts the positional arguments and then those of the keywords, as a vectorcall expects them.
Result<std::vector<PyRef>> convert_all(std::span<const Value> args,
                                       std::span<const Keyword> keywords,
                                       const MarshalOptions& options) {
  std::vector<PyRef> objects;
  objects.reserve(args.size() + keywords.size());
  ValuePath at("args");
  for (std::size_t i = 0; i < args.size(); ++i) {
    at.at_index(i);
    Result<PyRef> object = to_python(args[i], at, options);
    if (!object) {
      return std::unexpected(std::move(object.error()));
    }
    objects.push_back(std::move(*object));
  }
  for (const Keyword& keyword : keywords) {
    Result<PyRef> object = to_python(keyword.value, keyword.name, options);
    if (!object) {
      return std::unexpected(std::move(object.error()));
    }
    objects.push_back(std::move(*object));
  }
  return objects;
}

// Refuses a repeated name: a function with **kwargs would not notice it.
Result<void> check_names(std::span<const Keyword> keywords) {
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    for (const Keyword& other : keywords.first(i)) {
      if (other.name == keywords[i].name) {
        return fail(ErrorCode::kBadArguments,
                    "the keyword argument '" + other.name + "' is given twice");
      }
    }
  }
  return {};
}

// Returns a tuple of str, or null with an exception set.
PyRef keyword_names(std::span<const Keyword> keywords) {
  PyRef names = PyRef::steal(PyTuple_New(static_cast<Py_ssize_t>(keywords.size())));
  for (std::size_t i = 0; names && i < keywords.size(); ++i) {
    PyRef name = decode_text(keywords[i].name, {});
    if (!name) {
      return {};
    }
    PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i), name.release());
  }
  return names;
}

}  // namespace

Result<Value> call_with_values(PyObject* callable, std::span<const Value> args,
                               const MarshalOptions& options) {
  Result<Value> result;
  ArgumentVector arguments(args.size());
  if (!push_all(arguments, args, options, result)) {
    return result;
  }
  const PyRef object = arguments.call(callable);
  if (!object) {
    result = std::unexpected(take_python_error());
  } else if (!read_plain_object(object.get(), result)) {
    result = from_python(object.get(), "result", options);
  }
  return result;
}

Result<PyRef> call_with_keywords(PyObject* callable, std::span<const Value> args,
                                 std::span<const Keyword> keywords, const MarshalOptions& options) {
  if (Result<void> checked = check_names(keywords); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const Result<std::vector<PyRef>> objects = convert_all(args, keywords, options);
  if (!objects) {
    return std::unexpected(objects.error());
  }
  const PyRef names = keyword_names(keywords);
  if (!names) {
    return fail(ErrorCode::kEncodingError,
                "a keyword argument cannot be named: " + take_python_error().message);
  }
  std::vector<PyObject*> slots{nullptr};  // the first slot is for the self of a bound method
  for (const PyRef& object : *objects) {
    slots.push_back(object.get());
  }
  PyRef result = PyRef::steal(PyObject_Vectorcall(
      callable, slots.data() + 1, args.size() | PY_VECTORCALL_ARGUMENTS_OFFSET, names.get()));
  end_forked_child();
  if (!result) {
    return std::unexpected(take_python_error());
  }
  return result;
}

}  // namespace hookline::detail
