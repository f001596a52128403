#pragma once

// Declares functions of scripts that a host holds: ScriptHost::function().

#include <concepts>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hookline/executor.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/typed_call.h"

namespace [[gnu::visibility("default")]] hookline {

namespace detail {

// A function of a script, by the names of both, or by the script's id.
class HeldFunction;
[[nodiscard]] std::shared_ptr<HeldFunction> hold_function(ScriptHost& scripts,
                                                          const ScriptRef& script,
                                                          std::string_view name);
[[nodiscard]] Future<Value> call_held(const HeldFunction& function, std::span<const Argument> args,
                                      Duration timeout);
[[nodiscard]] Result<void> call_held_on_loop(const HeldFunction& function,
                                             std::span<const Argument> args,
                                             ResultHandler& handler);
void post_held(const HeldFunction& function, std::span<const Argument> args);

// How an argument of type T is passed: text as a view, numbers by value.
template <class T>
using Passed =
    std::conditional_t<std::same_as<std::remove_cvref_t<T>, std::string>, std::string_view,
                       std::conditional_t<std::is_arithmetic_v<std::remove_cvref_t<T>>,
                                          std::remove_cvref_t<T>, const std::remove_cvref_t<T>&>>;

// A handler that reads the R of a result, calls a function, and then deletes itself.
template <class R, class F>
class ResultFunction final : public ResultHandler {
 public:
  explicit ResultFunction(F function) : function_(std::move(function)) {}
  void on_result(Result<Value> result) noexcept override {
    const std::unique_ptr<ResultFunction> self(this);
    if constexpr (std::same_as<R, Value>) {
      std::move(function_)(std::move(result));
    } else {
      std::move(function_)(read_result<R>(std::move(result)));
    }
  }

 private:
  F function_;
};

}  // namespace detail

template <class Signature>
class ScriptFunction;

// A function of a script, with the C++ types of its arguments and result. ScriptHost::function()
// makes it.
//
// It is resolved once for each load of the script, when it is first called: what the script binds
// to its name later is not seen, but after a reload it means the function of the new code. While
// the script or the function is missing, calls fail with kScriptNotFound or kFunctionNotFound. A
// script that is held by its name may be unloaded and loaded again; one that is held by its id may
// not.
//
// Thread safety: any thread, also several at the same time, but for on_loop() (the loop's thread).
// Ownership: copies share what they hold. The ScriptHost must outlive them.
template <class R, class... A>
class ScriptFunction<R(A...)> {
 public:
  // Calls the function; the future can be awaited with co_await, too.
  [[nodiscard]] Future<R> operator()(detail::Passed<A>... args) const {
    return with(
        [this](std::span<const Argument> views) {
          return detail::read_as<R>(detail::call_held(*held_, views, kForever));
        },
        args...);
  }
  // Does the same; after `timeout` the future has kDeadlineExceeded.
  [[nodiscard]] Future<R> within(Duration timeout, detail::Passed<A>... args) const {
    return with(
        [this, timeout](std::span<const Argument> views) {
          return detail::read_as<R>(detail::call_held(*held_, views, timeout));
        },
        args...);
  }
  // Waits for the result, and serves the scripts' calls into the host meanwhile.
  [[nodiscard]] Result<R> wait(detail::Passed<A>... args) const { return (*this)(args...).get(); }
  // Delivers the result to the handler on the attached loop: see ScriptHost::call_on_loop().
  [[nodiscard]] Result<void> on_loop(ResultHandler& handler, detail::Passed<A>... args) const {
    return with(
        [&](std::span<const Argument> views) {
          return detail::call_held_on_loop(*held_, views, handler);
        },
        args...);
  }
  // Does the same with a function `void(Result<R>)`, which must not throw.
  template <std::invocable<Result<R>> F>
  [[nodiscard]] Result<void> on_loop(F handler, detail::Passed<A>... args) const {
    auto made = std::make_unique<detail::ResultFunction<R, F>>(std::move(handler));
    Result<void> sent = on_loop(static_cast<ResultHandler&>(*made), args...);
    if (sent) {
      (void)made.release();  // it deletes itself
    }
    return sent;
  }
  // Calls the function, whose result nobody awaits. Errors are logged.
  void post(detail::Passed<A>... args) const {
    with([this](std::span<const Argument> views) { detail::post_held(*held_, views); }, args...);
  }

 private:
  friend struct detail::include_hookline_script_function_h<R(A...)>;
  explicit ScriptFunction(std::shared_ptr<detail::HeldFunction> held) : held_(std::move(held)) {}

  template <class Use>
  static auto with(Use use, detail::Passed<A>... args) {
    return detail::include_hookline_typed_call_h<R>::with_arguments(std::move(use),
                                                                    detail::viewed(args)...);
  }

  std::shared_ptr<detail::HeldFunction> held_;
};

namespace detail {

template <class Signature>
struct include_hookline_script_function_h {
  static ScriptFunction<Signature> make(ScriptHost& scripts, const ScriptRef& script,
                                        std::string_view name) {
    return ScriptFunction<Signature>(hold_function(scripts, script, name));
  }
};

}  // namespace detail
}  // namespace hookline
