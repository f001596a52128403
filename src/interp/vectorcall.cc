#include "interp/vectorcall.h"

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "interp/py_error.h"

namespace hookline {

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

}  // namespace

Result<Value> call_with_values(PyObject* callable, std::span<const Value> args,
                               const MarshalOptions& options) {
  ArgumentVector arguments(args.size());
  ValuePath at("args");
  for (std::size_t i = 0; i < args.size(); ++i) {
    at.at_index(i);
    Result<PyRef> object = to_python(args[i], at, options);
    if (!object) {
      return std::unexpected(std::move(object.error()));
    }
    arguments.push(std::move(*object));
  }
  const PyRef result = arguments.call(callable);
  if (!result) {
    return std::unexpected(take_python_error());
  }
  return from_python(result.get(), "result", options);
}

}  // namespace hookline
