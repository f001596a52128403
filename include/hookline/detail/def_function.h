#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/convert.h"
#include "hookline/detail/def_signature.h"
#include "hookline/detail/host_function.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Says the name of a parameter and its default, if it has one: `arg("limit") = 10`.
//
// Thread safety: as for std::string.
class Arg {
 public:
  explicit Arg(std::string name) : name_(std::move(name)) {}

  // Returns an Arg with this default, because `arg("limit") = 10` is used as an expression.
  template <class T>
    requires Writable<std::decay_t<T>>
  // NOLINTNEXTLINE(*-unconventional-assign-operator)
  Arg operator=(T&& fallback) && {
    fallback_ = to_value(std::forward<T>(fallback));
    return std::move(*this);
  }
  // NOLINTNEXTLINE(*-unconventional-assign-operator)
  Arg operator=(const char* fallback) && {
    fallback_ = Value(fallback);
    return std::move(*this);
  }
  Arg(const Arg&) = default;
  Arg(Arg&&) = default;
  Arg& operator=(const Arg&) & = default;
  Arg& operator=(Arg&&) & = default;
  ~Arg() = default;

  [[nodiscard]] detail::Parameter parameter(std::string type, detail::Passing passing) const {
    return {.name = name_, .fallback = fallback_, .type = std::move(type), .passing = passing};
  }

 private:
  std::string name_;
  std::optional<Value> fallback_;
};
// Names a parameter for ScriptHost::def(), def_resource() and method(), which report a name that is
// invalid or taken. Thread safety: any thread.
[[nodiscard]] inline Arg arg(std::string name) { return Arg(std::move(name)); }

// Says that a function tells the host something, and that its callers need no answer: inside of
// `with game.batch():` a call returns True immediately, and all of them reach the host together.
struct IsSend {};
inline constexpr IsSend is_send{};  // NOLINT(*-identifier-naming): it reads as a word in def()

}  // namespace hookline

namespace hookline::detail {

// Names the parameters of a function without arg(): arg1, arg2 and so on.
inline void name_arguments(std::vector<Arg>& args, std::size_t count) {
  for (std::size_t i = 1; i <= count; ++i) {
    args.emplace_back("arg" + std::to_string(i));
  }
}

// Writes the result of a function as a Value: a T, a Result<T> or void. See FutureResult for a
// Future<T>.
template <class T>
struct ResultWriter {
  static std::string name() { return Converter<T>::name(); }
  template <class Run>
  static Result<Value> write(Run run) {
    return to_value(run());
  }
};
template <>
struct ResultWriter<void> {
  static std::string name() { return "None"; }
  template <class Run>
  static Result<Value> write(Run run) {
    run();
    return Value();
  }
};
template <class T>
struct ResultWriter<Result<T>> {
  static std::string name() { return ResultWriter<T>::name(); }
  template <class Run>
  static Result<Value> write(Run run) {
    Result<T> result = run();
    if (!result) {
      return std::unexpected(std::move(result.error()));
    }
    return ResultWriter<T>::write([&]() -> T { return static_cast<T>(*std::move(result)); });
  }
};
template <>
struct ResultWriter<Result<void>> {
  static std::string name() { return "None"; }
  template <class Run>
  static Result<Value> write(Run run) {
    Result<void> result = run();
    if (!result) {
      return std::unexpected(std::move(result.error()));
    }
    return Value();
  }
};
// Writes the result of a factory: a resource.
template <class T>
struct ResultWriter<std::shared_ptr<T>> {
  static std::string name() { return {}; }
  template <class Run>
  static Result<Value> write(Run run) {
    return Value(Handle(std::shared_ptr<void>(std::shared_ptr<T>(run()))));
  }
};
template <class T>
struct ResultWriter<std::unique_ptr<T>> : ResultWriter<std::shared_ptr<T>> {};

template <class R>
struct FutureResult {
  static constexpr bool kIs = false;
};
template <class T>
struct FutureResult<Future<T>> {
  static constexpr bool kIs = true;
  static std::string name() { return ResultWriter<Result<T>>::name(); }
  static Future<Value> write(Future<T> future) {
    return std::move(future).then(InlineExecutor::instance(), [](Result<T> result) {
      return ResultWriter<Result<T>>::write([&] { return std::move(result); });
    });
  }
};

// Wraps a callable of C++ types as one of Values: it reads each argument, calls, and writes the
// result.
template <class F, class Returned, class... A>
class TypedFunction {
 public:
  static constexpr std::size_t kArguments = kScriptArguments<A...>;

  TypedFunction(F function, std::array<std::string, kArguments> places)
      : function_(std::move(function)), places_(std::move(places)) {}

  // Returns a Result<Value>, or a Future<Value> if the callable returns a future.
  auto operator()(std::span<const Value> args, const Caller& caller) const {
    std::tuple<ArgumentSlot<A>...> slots;
    const Result<void> read = read_all(slots, args, std::index_sequence_for<A...>());
    return call(read, slots, caller, std::index_sequence_for<A...>());
  }

  // Returns the Python names of the types of its parameters.
  static std::array<std::string, kArguments> type_names() {
    std::array<std::string, kArguments> names{};
    [[maybe_unused]] std::size_t next = 0;
    (
        [&] {
          if constexpr (!kIsCaller<A>) {
            names.at(next++) = Converter<typename ArgumentSlot<A>::Stored>::name();
          }
        }(),
        ...);
    return names;
  }
  static std::array<Passing, kArguments> passings() {
    std::array<Passing, kArguments> passings{};
    [[maybe_unused]] std::size_t next = 0;
    (
        [&] {
          if constexpr (!kIsCaller<A>) {
            passings.at(next++) = ArgumentSlot<A>::kPassing;
          }
        }(),
        ...);
    return passings;
  }
  static std::string result_name() {
    if constexpr (FutureResult<Returned>::kIs) {
      return FutureResult<Returned>::name();
    } else {
      return ResultWriter<std::decay_t<Returned>>::name();
    }
  }

  // Checks that each default fits its parameter.
  [[nodiscard]] Result<void> check(const std::vector<Parameter>& parameters) const {
    Result<void> checked;
    [[maybe_unused]] std::size_t next = 0;
    (
        [&] {
          if constexpr (!kIsCaller<A>) {
            const std::size_t index = next++;
            const auto& fallback = parameters[index].fallback;
            if (checked && fallback) {
              checked = ArgumentSlot<A>().read(*fallback, places_.at(index));
            }
          }
        }(),
        ...);
    return checked;
  }

 private:
  template <std::size_t... I>
  Result<void> read_all(std::tuple<ArgumentSlot<A>...>& slots,
                        [[maybe_unused]] std::span<const Value> args,
                        std::index_sequence<I...> /*indices*/) const {
    Result<void> done;
    [[maybe_unused]] std::size_t next = 0;
    (void)(read_one(std::get<I>(slots), args, next, done) && ...);
    return done;
  }
  template <class Parameter>
  bool read_one([[maybe_unused]] ArgumentSlot<Parameter>& slot,
                [[maybe_unused]] std::span<const Value> args, [[maybe_unused]] std::size_t& next,
                Result<void>& done) const {
    if constexpr (!kIsCaller<Parameter>) {
      const std::size_t index = next++;
      done = slot.read(args[index], places_.at(index));
    }
    return done.has_value();
  }

  template <std::size_t... I>
  auto call(const Result<void>& read, std::tuple<ArgumentSlot<A>...>& slots, const Caller& caller,
            std::index_sequence<I...> /*indices*/) const {
    const auto run = [&]() -> Returned {
      return std::invoke(function_, pass<A>(std::get<I>(slots), caller)...);
    };
    if constexpr (FutureResult<Returned>::kIs) {
      return read ? FutureResult<Returned>::write(run())
                  : make_ready_future<Value>(std::unexpected(read.error()));
    } else {
      return read ? ResultWriter<std::decay_t<Returned>>::write(run)
                  : Result<Value>(std::unexpected(read.error()));
    }
  }
  template <class Parameter>
  static decltype(auto) pass(ArgumentSlot<Parameter>& slot, const Caller& caller) {
    if constexpr (kIsCaller<Parameter>) {
      return (caller);
    } else {
      return slot.take();
    }
  }

  mutable F function_;  // a mutable lambda may count its calls
  std::array<std::string, kArguments> places_;
};

// Finds the TypedFunction that wraps a callable.
template <class F, class Call>
struct TypedFunctionOf;
template <class F, class R, class... A>
struct TypedFunctionOf<F, std::pair<R, std::tuple<A...>>> {
  using Type = TypedFunction<F, R, A...>;
};
template <class F>
using TypedFunctionFor = typename TypedFunctionOf<
    F, std::pair<typename Signature<F>::Returned, typename Signature<F>::Parameters>>::Type;

// Collects the arguments of def() that describe a function, in any order: an Arg for each parameter
// or none at all, a RunsOn, is_send, a ScriptId, a docstring.
struct DefExtras {
  std::vector<Arg> args;
  RunsOn runs_on = RunsOn::kHost;
  bool sends = false;
  std::optional<ScriptId> script;
  std::string doc;

  void add(Arg arg) { args.push_back(std::move(arg)); }
  void add(RunsOn where) { runs_on = where; }
  void add(IsSend /*is_send*/) { sends = true; }
  void add(ScriptId only) { script = only; }
  void add(std::string_view text) { doc = text; }
};

// Is true of a callable that takes any arguments, as Values.
template <class F>
concept TakesAnything =
    std::is_invocable_r_v<Result<Value>, F, std::span<const Value>, const Caller&>;

// Makes a function of the module with this name. `name` is "Class.method" for a method.
template <class F>
[[nodiscard]] Result<HostFunction> make_host_function(std::string module, std::string name,
                                                      F function, DefExtras extras) {
  HostFunction made{.name = std::move(name),
                    .module = std::move(module),
                    .script = extras.script,
                    .runs_on = extras.runs_on,
                    .is_send = extras.sends,
                    .parameters = std::nullopt,
                    .returns = {},
                    .doc = std::move(extras.doc),
                    .call = {},
                    .start = {}};
  if constexpr (TakesAnything<F>) {
    made.call = std::move(function);
    return made;
  } else {
    using Typed = TypedFunctionFor<F>;
    const auto types = Typed::type_names();
    if (extras.args.empty()) {
      name_arguments(extras.args, types.size());
    }
    if (extras.args.size() != types.size()) {
      return fail(ErrorCode::kBadArguments, made.full_name() + " has " +
                                                std::to_string(types.size()) +
                                                " parameters: give it as many arg() or none");
    }
    made.parameters.emplace();
    std::array<std::string, Typed::kArguments> places{};
    for (std::size_t i = 0; i < types.size(); ++i) {
      made.parameters->push_back(extras.args[i].parameter(types[i], Typed::passings().at(i)));
      places.at(i) = made.full_name() + "(): argument '" + made.parameters->back().name + "'";
    }
    made.returns = Typed::result_name();
    const auto typed = std::make_shared<const Typed>(std::move(function), std::move(places));
    if (Result<void> checked = typed->check(*made.parameters); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
    const auto run = [typed](std::span<const Value> args, const Caller& caller) {
      return (*typed)(args, caller);
    };
    if constexpr (FutureResult<typename Signature<F>::Returned>::kIs) {
      made.start = run;
    } else {
      made.call = run;
    }
    return made;
  }
}

}  // namespace hookline::detail
#pragma GCC visibility pop
