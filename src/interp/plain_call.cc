#include <array>
#include <cstddef>

#include "interp/forked_child.h"
#include "interp/plain_values.h"
#include "interp/py_error.h"
#include "interp/python_call.h"

namespace hookline::detail {
namespace {

// Owns the arguments of a call. The first slot is free, because a bound method puts its self there.
class Arguments {
 public:
  // NOLINTNEXTLINE(*-member-init): slots are read when filled
  explicit Arguments(SpareTexts* spares) noexcept : spares_(spares) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments() {
    while (size_ > 0) {
      PyObject* const argument = slots_[size_--];
      if (spares_ == nullptr || !spares_->give(argument)) {
        Py_DECREF(argument);
      }
    }
  }

  // Takes over a reference. Returns false, with a Python exception set, if `object` is null.
  [[nodiscard]] bool push(PyObject* object) noexcept {
    if (object == nullptr) [[unlikely]] {
      return false;
    }
    slots_[++size_] = object;
    return true;
  }

  [[nodiscard]] PyObject* call(PyObject* callable, vectorcallfunc vectorcall) {
    const std::size_t count = size_ | PY_VECTORCALL_ARGUMENTS_OFFSET;
    return vectorcall != nullptr ? vectorcall(callable, slots_.data() + 1, count, nullptr)
                                 : PyObject_Vectorcall(callable, slots_.data() + 1, count, nullptr);
  }

 private:
  std::array<PyObject*, kMostPacked + 1> slots_;
  std::size_t size_ = 0;
  SpareTexts* spares_;
};

[[gnu::cold, gnu::noinline]] bool give_up() {
  PyErr_Clear();
  return false;
}

[[gnu::cold, gnu::noinline]] void read_error(Result<Value>& result) {
  result = std::unexpected(take_python_error());
}

[[gnu::noinline]] void read_other(PyObject* object, const MarshalOptions& options,
                                  Result<Value>& result) {
  result = from_python(object, "result", options);
}

}  // namespace

bool call_plainly(PyObject* callable, vectorcallfunc vectorcall, const PackedView& args,
                  const MarshalOptions& options, SpareTexts* spares, Result<Value>& result) {
  if (args.size() > kMostPacked) [[unlikely]] {
    return false;
  }
  Arguments arguments(spares);
  PackedReader reader(args.bytes);
  for (const ArgKind kind : args.kinds) {
    if (!arguments.push(new_plain_object(reader.next(kind), options, spares))) [[unlikely]] {
      return give_up();
    }
  }
  const PyRef object = PyRef::steal(arguments.call(callable, vectorcall));
  end_forked_child();
  if (!object) [[unlikely]] {
    read_error(result);
  } else if (!read_plain_object(object.get(), result)) {
    read_other(object.get(), options, result);
  }
  return true;
}

}  // namespace hookline::detail
