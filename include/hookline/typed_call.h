#pragma once

// Implements calls with C++ arguments and results: calls by name with ScriptHost::call<T>() and
// ScriptHost::stream(), and calls of a function that the host holds, a ScriptFunction.

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hookline/call.h"
#include "hookline/convert.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "hookline/stream.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Makes a keyword argument: kw("limit", 10) stands for `limit=10` in Python. The Keyword owns
// copies of the name and of the content, which may have any type that <hookline/convert.h> writes.
// Never fails. Thread safety: any thread.
template <class T>
[[nodiscard]] Keyword kw(std::string_view name, T&& content) {
  return {.name = std::string(name), .value = to_value(std::forward<T>(content))};
}

namespace detail {

// Is true of types that an Argument can view without a Value in between.
template <class T>
concept PlainArgument =
    std::same_as<T, std::string> || std::same_as<T, std::string_view> ||
    std::same_as<T, const char*> || std::same_as<T, char*> || std::same_as<T, bool> ||
    std::same_as<T, Bytes> || std::same_as<T, Value> || std::floating_point<T> ||
    (Integer<T> && (std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t)));

// Returns what an Argument views: `given` itself, or a Value that is made of it.
template <class T>
[[nodiscard]] decltype(auto) viewed(const T& given) {
  if constexpr (PlainArgument<std::decay_t<T>>) {
    return (given);
  } else {
    return to_value(given);
  }
}

// Reads the T of a call's result.
template <class T>
[[nodiscard]] Result<T> read_result(Result<Value>&& result) {
  if (!result) {
    return std::unexpected(std::move(result.error()));
  }
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return from_value<T>(*result);
  }
}

// Reads the T of the result of a state. An int, which most results are, is read where it lies.
template <class T>
[[nodiscard]] Result<T> take_as(FutureState<Value>& state) {
  if constexpr (Integer<T>) {
    const Value* const value = state.peek();
    const auto* const number = value != nullptr ? value->as<std::int64_t>() : nullptr;
    if (number != nullptr && std::in_range<T>(*number)) [[likely]] {
      const T read = static_cast<T>(*number);
      state.drop_result();
      return read;
    }
  }
  return read_result<T>(state.take_result());
}

// Returns the future of the T of a call's result.
template <class T>
[[nodiscard]] Future<T> read_as(Future<Value> value) {
  if constexpr (std::same_as<T, Value>) {
    return value;
  } else {
    return Future<T>(std::move(value), &take_as<T>);
  }
}

// Starts a call with plain arguments; see ScriptHost::call().
[[nodiscard]] Future<Value> start_call(ScriptHost& scripts, const ScriptRef& script,
                                       const Callee& function, std::span<const Argument> args,
                                       const CallOptions& options);

// Adds an argument, a keyword or call options to a call.
template <class T>
void add_to_call(ScriptCall& call, T&& argument) {
  if constexpr (std::same_as<std::decay_t<T>, Keyword>) {
    call.keywords.push_back(std::forward<T>(argument));
  } else if constexpr (std::same_as<std::decay_t<T>, CallOptions>) {
    call.options = argument;
  } else {
    call.args.push_back(to_value(std::forward<T>(argument)));
  }
}

// Is true of what can be passed as one of a call's positional arguments.
template <class T>
concept Positional =
    !std::same_as<std::decay_t<T>, Keyword> && !std::same_as<std::decay_t<T>, CallOptions>;

// Calls a function with the R that it reads from a result, and then deletes itself.
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

// Sends a call, by `send`, with a handler that calls `function` with the R of its result.
template <class R, class F, class Send>
[[nodiscard]] Result<void> deliver_to(F function, Send send) {
  static_assert(!std::same_as<R, Handle>, "only a future of call<Handle>() keeps an object");
  auto made = std::make_unique<ResultFunction<R, F>>(std::move(function));
  Result<void> sent = send(static_cast<ResultHandler&>(*made));
  if (sent) {
    (void)made.release();  // it deletes itself
  }
  return sent;
}

template <class T>
struct include_hookline_typed_call_h {
  template <class... Args>
  static Future<T> call(ScriptHost& scripts, ScriptRef script, Callee function, Args&&... args) {
    if constexpr ((Positional<Args> && ... && !std::same_as<T, Handle>)) {
      // The usual case, which needs no heap for plain arguments.
      return with_arguments(
          [&](std::span<const Argument> views) {
            return read_as<T>(start_call(scripts, script, function, views, {}));
          },
          viewed(args)...);
    } else {
      ScriptCall call = empty_call(std::move(function));
      (add_to_call(call, std::forward<Args>(args)), ...);
      return read_as<T>(scripts.call(script, std::move(call)));
    }
  }
  static Future<T> call_views(ScriptHost& scripts, ScriptRef script, Callee function,
                              std::span<const Argument> args, const CallOptions& options) {
    if constexpr (std::same_as<T, Handle>) {
      ScriptCall call = empty_call(std::move(function));
      for (const Argument& argument : args) {
        call.args.push_back(argument.to_value());
      }
      call.options = options;
      return read_as<T>(scripts.call(script, std::move(call)));
    } else {
      return read_as<T>(start_call(scripts, script, function, args, options));
    }
  }
  static Future<T> call_list(ScriptHost& scripts, ScriptRef script, Callee function, List args,
                             CallOptions options) {
    ScriptCall call = empty_call(std::move(function));
    call.args = std::move(args);
    call.options = options;
    return read_as<T>(scripts.call(script, std::move(call)));
  }
  // `what`: a ScriptCall, or a Callee and its arguments.
  template <class F, class... What>
  static Result<void> call_on_loop(ScriptHost& scripts, ScriptRef script, F handler,
                                   What&&... what) {
    return deliver_to<T>(std::move(handler), [&](ResultHandler& made) {
      return scripts.call_on_loop(script, std::forward<What>(what)..., made);
    });
  }
  template <class... Args>
  static ValueStream stream(ScriptHost& scripts, ScriptRef script, Callee function,
                            Args&&... args) {
    ScriptCall call = empty_call(std::move(function));
    StreamOptions options;
    [[maybe_unused]] const auto add = [&]<class Given>(Given&& argument) {
      if constexpr (std::same_as<std::decay_t<Given>, StreamOptions>) {
        options = argument;
      } else {
        static_assert(!std::same_as<std::decay_t<Given>, CallOptions>,
                      "a stream has StreamOptions; each next() has a timeout of its own");
        add_to_call(call, std::forward<Given>(argument));
      }
    };
    (add(std::forward<Args>(args)), ...);
    return scripts.stream(script, std::move(call), options);
  }

  // Calls `use` with views of the arguments, which live until it returns.
  template <class Use, class... Viewed>
  static auto with_arguments(Use use, const Viewed&... viewed) {
    const std::array<Argument, sizeof...(Viewed)> views{Argument(viewed)...};
    return use(std::span<const Argument>(views));
  }

 private:
  static ScriptCall empty_call(Callee function) {
    return {.callee = std::move(function),
            .args = {},
            .keywords = {},
            .keeps_result = std::same_as<T, Handle>,
            .options = {}};
  }
};

// Identifies a function by its name, and its script by name or id.
class HeldFunction;
[[nodiscard]] std::shared_ptr<HeldFunction> hold_function(ScriptHost& scripts,
                                                          const ScriptRef& script,
                                                          std::string_view name, TextMode text);
[[nodiscard]] Future<Value> call_held(const HeldFunction& function, std::span<const Argument> args,
                                      Duration timeout);
[[nodiscard]] Result<void> call_held_on_loop(const HeldFunction& function,
                                             std::span<const Argument> args,
                                             ResultHandler& handler);
void post_held(const HeldFunction& function, std::span<const Argument> args);

// Says how an argument of type T is passed: text as a view, numbers by value.
template <class T>
using Passed =
    std::conditional_t<std::same_as<std::remove_cvref_t<T>, std::string>, std::string_view,
                       std::conditional_t<std::is_arithmetic_v<std::remove_cvref_t<T>>,
                                          std::remove_cvref_t<T>, const std::remove_cvref_t<T>&>>;

}  // namespace detail

template <class Signature>
class ScriptFunction;

// Holds a function of a script, with the C++ types of its arguments and result.
// ScriptHost::function() makes it.
//
// It is resolved once for each load of the script, when it is first called: what the script binds
// to its name later is not seen, but after a reload it means the function of the new code. While
// the script or the function is missing, calls fail with kScriptNotFound or kFunctionNotFound. A
// script that is held by its name may be unloaded and loaded again; one that is held by its id may
// not. A result that is no R is kBadArguments; other errors are those of ScriptHost::call().
//
// Thread safety: any thread, also several at the same time, but for on_loop() (the loop's thread).
// Ownership: copies share what they hold. The ScriptHost must outlive them.
template <class R, class... A>
class ScriptFunction<R(A...)> {
  static_assert(!std::same_as<R, Handle>,
                "a held function copies its result: use call<Handle>() to keep the object");

 public:
  // Calls the function. Arguments are copied before this returns.
  [[nodiscard]] Future<R> operator()(detail::Passed<A>... args) const {
    return with(
        [this](std::span<const Argument> views) {
          return detail::read_as<R>(detail::call_held(*held_, views, kForever));
        },
        args...);
  }
  // Does the same; after `timeout`, by the ScriptHost's clock, the future has kDeadlineExceeded.
  [[nodiscard]] Future<R> within(Duration timeout, detail::Passed<A>... args) const {
    return with(
        [this, timeout](std::span<const Argument> views) {
          return detail::read_as<R>(detail::call_held(*held_, views, timeout));
        },
        args...);
  }
  // Waits for the result. The host thread serves the scripts' calls into the host meanwhile.
  [[nodiscard]] Result<R> wait(detail::Passed<A>... args) const { return (*this)(args...).get(); }
  // Delivers the result to the handler on the attached loop: see ScriptHost::call_on_loop().
  [[nodiscard]] Result<void> on_loop(ResultHandler& handler, detail::Passed<A>... args) const {
    return with(
        [&](std::span<const Argument> views) {
          return detail::call_held_on_loop(*held_, views, handler);
        },
        args...);
  }
  // Does the same with a function `void(Result<R>)`, which must not throw. If this returns an
  // error, the function is not called.
  template <std::invocable<Result<R>> F>
  [[nodiscard]] Result<void> on_loop(F handler, detail::Passed<A>... args) const {
    return detail::deliver_to<R>(std::move(handler),
                                 [&](ResultHandler& made) { return on_loop(made, args...); });
  }
  // Calls the function, whose result nobody awaits. Errors are logged.
  void post(detail::Passed<A>... args) const {
    with([this](std::span<const Argument> views) { detail::post_held(*held_, views); }, args...);
  }

 private:
  friend struct detail::include_hookline_typed_call_h<R(A...)>;
  explicit ScriptFunction(std::shared_ptr<detail::HeldFunction> held) : held_(std::move(held)) {}

  template <class Use>
  static auto with(Use use, detail::Passed<A>... args) {
    return detail::include_hookline_typed_call_h<R>::with_arguments(std::move(use),
                                                                    detail::viewed(args)...);
  }

  std::shared_ptr<detail::HeldFunction> held_;
};

namespace detail {

// Makes what ScriptHost::function() returns.
template <class R, class... A>
struct include_hookline_typed_call_h<R(A...)> {
  static ScriptFunction<R(A...)> function(ScriptHost& scripts, const ScriptRef& script,
                                          std::string_view name, TextMode text) {
    return ScriptFunction<R(A...)>(hold_function(scripts, script, name, text));
  }
};

}  // namespace detail
}  // namespace hookline
#pragma GCC visibility pop
