#pragma once

#include <string>
#include <utility>

#include "hookline/convert.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

// Something callable that a script has passed to a function of the host, as a parameter of that:
//
//   scripts->def("each", [](std::vector<long> numbers, const Callback& f) -> Result<void> {
//     for (const long number : numbers) {
//       if (auto done = f(number); !done) {
//         return std::unexpected(done.error());  // what f raised is raised in the script again
//       }
//     }
//     return {};
//   }, RunsOn::kCaller);
//
// Thread safety: may be copied and dropped on any thread.
class Callback {
 public:
  explicit Callback(Handle callable) : callable_(std::move(callable)) {}

  // Calls it, and waits. Only inside of the call that it was passed to, on the thread of that,
  // which has to be the script's (RunsOn::kCaller): kWouldDeadlock anywhere else. For later, and
  // from elsewhere, there is ScriptHost::call(script, handle(), ...).
  template <class... Args>
  [[nodiscard]] Result<Value> operator()(Args&&... args) const {
    List values;
    (values.push_back(to_value(std::forward<Args>(args))), ...);
    return run(values);
  }
  // The same for a result of another type: `f.call<long>(number)`.
  template <class T, class... Args>
  [[nodiscard]] Result<T> call(Args&&... args) const {
    Result<Value> result = (*this)(std::forward<Args>(args)...);
    if (!result) {
      return std::unexpected(std::move(result.error()));
    }
    return from_value<T>(*result);
  }

  [[nodiscard]] const Handle& handle() const noexcept { return callable_; }

 private:
  [[nodiscard]] Result<Value> run(const List& args) const;

  Handle callable_;
};

template <>
struct Converter<Callback> {
  static std::string name() { return "callable"; }
  static Value write(const Callback& callback) { return callback.handle(); }
  static Result<Callback> read(const Value& value, const ValuePath& at) {
    Result<Handle> handle = Converter<Handle>::read(value, at);
    if (!handle) {
      return std::unexpected(std::move(handle.error()));
    }
    return Callback(std::move(*handle));
  }
};

}  // namespace hookline
