#include <array>
#include <cstddef>

#include "interp/plain_values.h"
#include "interp/py_error.h"
#include "interp/python_call.h"

namespace hookline::detail {
namespace {

constexpr std::size_t kMost = 6;

// Owns the arguments of a call. The first slot is free, because a bound method puts its self there.
class Arguments {
 public:
  // NOLINTNEXTLINE(*-member-init): slots are read when filled
  explicit Arguments(ArgumentTexts* texts) noexcept : texts_(texts) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments() {
    while (size_ > 0) {
      PyObject* const argument = slots_[size_--];
      if (texts_ == nullptr || !texts_->spare.give(argument)) {
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
  std::array<PyObject*, kMost + 1> slots_;
  std::size_t size_ = 0;
  ArgumentTexts* texts_;
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

// Each call `next(i)` returns one argument, in their order.
template <class Next>
[[gnu::always_inline]] inline bool call_with(PyObject* callable, vectorcallfunc vectorcall,
                                             std::size_t count, Next next,
                                             const MarshalOptions& options, ArgumentTexts* texts,
                                             Result<Value>& result) {
  if (count > kMost) [[unlikely]] {
    return false;
  }
  Arguments arguments(texts);
  for (std::size_t i = 0; i < count; ++i) {
    if (!arguments.push(new_plain_object(next(i), options, texts))) [[unlikely]] {
      return give_up();
    }
  }
  const PyRef object = PyRef::steal(arguments.call(callable, vectorcall));
  if (!object) [[unlikely]] {
    read_error(result);
  } else if (!read_plain_object(object.get(), result)) {
    read_other(object.get(), options, result);
  }
  return true;
}

}  // namespace

bool call_plainly(PyObject* callable, vectorcallfunc vectorcall, std::span<const Scalar> args,
                  const MarshalOptions& options, ArgumentTexts* texts, Result<Value>& result) {
  const auto next = [args](std::size_t i) -> const Scalar& { return args[i]; };
  return call_with(callable, vectorcall, args.size(), next, options, texts, result);
}

bool call_plainly(PyObject* callable, vectorcallfunc vectorcall, const PackedView& args,
                  const MarshalOptions& options, ArgumentTexts* texts, Result<Value>& result) {
  PackedReader reader(args.bytes);
  const auto next = [&args, &reader](std::size_t i) { return reader.next(args.kinds[i]); };
  return call_with(callable, vectorcall, args.kinds.size(), next, options, texts, result);
}

}  // namespace hookline::detail
