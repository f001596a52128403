#include "interp/vectorcall.h"

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "interp/plain_values.h"
#include "interp/py_error.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

// Owns the arguments of one vectorcall; up to kInline of them without an allocation.
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
    // A bound method puts its self into the slot before the arguments instead of copying them.
    return PyRef::steal(
        PyObject_Vectorcall(callable, slots_ + 1, size_ | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
  }

 private:
  static constexpr std::size_t kInline = 8;
  std::array<PyObject*, kInline + 1> inline_;
  std::unique_ptr<PyObject*[]> heap_;
  PyObject** slots_ = inline_.data();
  std::size_t size_ = 0;
};

// Most arguments are text. Null, without an exception: the general conversion has to do it.
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

PyRef quick_to_python(const Scalar& scalar, const MarshalOptions& options) {
  PyRef object = PyRef::steal(new_plain_object(scalar, options, nullptr));
  if (!object) {
    PyErr_Clear();
  }
  return object;
}

Result<PyRef> convert(const Value& value, const ValuePath& at, const MarshalOptions& options) {
  return to_python(value, at, options);
}
Result<PyRef> convert(const Scalar& scalar, const ValuePath& at, const MarshalOptions& options) {
  return to_python(scalar.to_value(), at, options);
}

// False: `error` says why not.
template <class Arg>
bool push_all(ArgumentVector& arguments, std::span<const Arg> args, const MarshalOptions& options,
              Result<Value>& error) {
  for (std::size_t i = 0; i < args.size(); ++i) {
    PyRef quick = quick_to_python(args[i], options);
    if (quick) [[likely]] {
      arguments.push(std::move(quick));
      continue;
    }
    ValuePath at("args");
    at.at_index(i);
    Result<PyRef> object = convert(args[i], at, options);
    if (!object) {
      error = std::unexpected(std::move(object.error()));
      return false;
    }
    arguments.push(std::move(*object));
  }
  return true;
}

}  // namespace

template <class Arg>
Result<Value> call_with_values(PyObject* callable, std::span<const Arg> args,
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

template Result<Value> call_with_values(PyObject* callable, std::span<const Value> args,
                                        const MarshalOptions& options);
template Result<Value> call_with_values(PyObject* callable, std::span<const Scalar> args,
                                        const MarshalOptions& options);

}  // namespace hookline::detail
