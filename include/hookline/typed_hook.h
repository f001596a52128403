#pragma once

// Makes hooks whose arguments the compiler knows: hookline::hook<Args...>().

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Holds an event; a TypedHook makes it. It does not own the arguments, which must outlive it.
// Thread safety: as for std::string_view.
struct HookEvent {
  // Leaves the arguments uninitialized; the caller assigns `count` of them. An aggregate would cost
  // 15 ns more, because GCC clears the whole array of one that is initialized with {}.
  HookEvent(std::uint64_t event_key, std::string_view hook_name, std::size_t args) noexcept
      : key(event_key), name(hook_name), count(args) {}  // NOLINT(*-member-init)

  std::uint64_t key;
  std::string_view name;
  std::size_t count;
  std::array<Argument, HookRow::kMostArguments> arguments;  // uninitialized behind `count`

  [[nodiscard]] std::span<const Argument> args() const noexcept {
    return std::span(arguments).first(count);
  }
};

namespace detail {

// Returns a number by which a ScriptHost finds the hook of that name with these kinds.
[[nodiscard]] constexpr std::uint64_t hook_key(const HookRow& row) noexcept {
  constexpr std::uint64_t kStart = 0xcbf29ce484222325;  // FNV-1a
  constexpr std::uint64_t kFactor = 0x100000001b3;
  std::uint64_t hash = kStart;
  for (const std::string_view text : {row.name, std::string_view(" "), row.kinds}) {
    for (const char byte : text) {
      hash = (hash ^ static_cast<unsigned char>(byte)) * kFactor;
    }
  }
  return hash;
}

// Is true for an integer type each number of which is a Python int of 64 bits. A char is none: it
// could be meant as a text.
template <class T>
concept FitsInt64 = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                    (std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t));

// Returns the kind of a hook's argument of type T.
template <class T>
consteval ArgKind arg_kind() {
  if constexpr (std::same_as<T, bool>) {
    return ArgKind::kBool;
  } else if constexpr (FitsInt64<T>) {
    return ArgKind::kInt;
  } else if constexpr (std::floating_point<T>) {
    return ArgKind::kFloat;
  } else if constexpr (std::same_as<T, Bytes>) {
    return ArgKind::kBytes;
  } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
    return ArgKind::kStr;
  } else {
    static_assert(std::same_as<T, Value>,
                  "an argument of a hook is a std::string, Bytes, an integer that fits a "
                  "std::int64_t, a double, a bool, or a Value, which may be anything");
    return ArgKind::kAny;
  }
}

// Is true if a G can be passed where a hook has a Value. An event refers to its arguments: a Dict
// does not fit, because the Value that is made of it would have ended before the event is sent.
template <class G>
concept FitsAnyArgument =
    std::same_as<G, Value> || std::same_as<G, std::nullptr_t> ||
    std::convertible_to<const G&, std::string_view> || std::same_as<G, Bytes> ||
    std::same_as<G, bool> || FitsInt64<G> || std::floating_point<G>;

// Is true if a G can be passed where a hook has an argument of type T. Nothing is narrowed.
template <class G, class T>
concept FitsHook =
    (arg_kind<T>() == ArgKind::kAny && FitsAnyArgument<G>) ||
    (arg_kind<T>() == ArgKind::kStr && std::convertible_to<const G&, std::string_view>) ||
    (arg_kind<T>() == ArgKind::kBytes && std::same_as<G, Bytes>) ||
    (arg_kind<T>() == ArgKind::kBool && std::same_as<G, bool>) ||
    (arg_kind<T>() == ArgKind::kInt && FitsInt64<G>) ||
    (arg_kind<T>() == ArgKind::kFloat && (std::floating_point<G> || std::integral<G>) &&
     !std::same_as<G, bool> && !std::same_as<G, char>);

template <class T, class G>
[[nodiscard]] Argument hook_argument(const G& given) noexcept {
  if constexpr (std::convertible_to<const G&, std::string_view>) {
    return {std::string_view(given)};
  } else if constexpr (arg_kind<T>() == ArgKind::kFloat || std::floating_point<G>) {
    return {static_cast<double>(given)};
  } else {
    return {given};
  }
}

// No constant expression calls this, so that a constexpr hook without it does not compile.
inline void each_argument_of_a_hook_needs_a_name() {}

}  // namespace detail

// Describes a hook whose arguments have the C++ types Args. Make it with hook(). It has no state
// but that of its HookRow, so that it can be copied into the host's table. Thread safety: any
// thread may make events.
template <class... Args>
struct TypedHook : HookRow {
  // Has one letter for each argument; `kinds` is a view of it.
  static constexpr std::array<char, sizeof...(Args) + 1> kLetters = {
      static_cast<char>(detail::arg_kind<Args>())..., '\0'};

  // Makes an event, which refers to the arguments. Arguments of other types do not compile.
  template <class... Given>
    requires(sizeof...(Given) == sizeof...(Args) && (detail::FitsHook<Given, Args> && ...))
  [[nodiscard]] HookEvent operator()(const Given&... given) const noexcept {
    HookEvent event(event_key, name, sizeof...(Args));
    [[maybe_unused]] std::size_t next = 0;
    ((event.arguments[next++] = detail::hook_argument<Args>(given)), ...);
    return event;
  }
};

// Makes a hook, which is a row of the host's table and also makes the events:
//
//   constexpr auto on_move = hookline::hook<std::string, double, double>(
//       "on_move", {"player", "x", "y"}, hookline::veto);
//   auto scripts = ScriptHost::create({.hooks = {on_move, on_chat}}).value();
//   scripts->post(on_move("ann", 1.0, 2.0));
//
// Ownership: the texts and the rule are not owned, and must outlive the hook and the ScriptHost.
// ScriptHost::create() reports a name that Python does not allow; a constexpr hook that has fewer
// names than arguments does not compile. Thread safety: any thread.
template <class... Args>
  requires(sizeof...(Args) <= HookRow::kMostArguments)
[[nodiscard]] constexpr TypedHook<Args...> hook(
    std::string_view name, const std::array<std::string_view, sizeof...(Args)>& names,
    const AnswerRule& rule = observe, LateAnswer late = LateAnswer::kByOptions) {
  TypedHook<Args...> made;
  made.name = name;
  made.kinds = std::string_view(TypedHook<Args...>::kLetters.data(), sizeof...(Args));
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) {
      detail::each_argument_of_a_hook_needs_a_name();
    }
    made.names[i] = names[i];
  }
  made.rule = &rule;
  made.late = late;
  made.event_key = detail::hook_key(made);
  return made;
}

// A rule must outlive the hook, so a temporary one does not compile.
template <class... Args>
TypedHook<Args...> hook(std::string_view name,
                        const std::array<std::string_view, sizeof...(Args)>& names,
                        const AnswerRule&& rule, LateAnswer late = LateAnswer::kByOptions) = delete;

namespace detail {

// Calls a function with the decision, and then deletes itself.
template <class F>
class DecisionFunction final : public DecisionHandler {
 public:
  explicit DecisionFunction(F function) : function_(std::move(function)) {}
  void on_decision(const Decision& decision) noexcept override {
    const std::unique_ptr<DecisionFunction> self(this);
    std::move(function_)(decision);
  }

 private:
  F function_;
};

// Has what the templates of ScriptHost do, which only this header makes complete.
template <class F>
struct include_hookline_typed_hook_h {  // NOLINT(*-identifier-naming)
  // Asks for the decision of the event, which `what` describes as decide_on_loop() takes it.
  template <class... What>
  static Asked decide(ScriptHost& scripts, F function, const What&... what) {
    auto made = std::make_unique<DecisionFunction<F>>(std::move(function));
    const Asked asked = scripts.decide_on_loop(what..., static_cast<DecisionHandler&>(*made));
    if (asked == Asked::kWaiting) {
      (void)made.release();  // it deletes itself
    }
    return asked;
  }
};

}  // namespace detail

}  // namespace hookline
#pragma GCC visibility pop
