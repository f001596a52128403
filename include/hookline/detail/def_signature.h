#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hookline/call.h"
#include "hookline/convert.h"
#include "hookline/detail/host_function.h"
#include "hookline/detail/value_path.h"
#include "hookline/error.h"

#pragma GCC visibility push(default)
namespace hookline {
class Callback;
}  // namespace hookline

namespace hookline::detail {

// Infers the result and the parameters of a lambda, a function, or a method without its object.
template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class R, class... A>
struct Signature<R(A...)> {
  using Returned = R;
  using Parameters = std::tuple<A...>;
};
template <class R, class... A>
struct Signature<R (*)(A...)> : Signature<R(A...)> {};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : Signature<R(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...)> : Signature<R(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) noexcept> : Signature<R(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Signature<R(A...)> {};

template <class A>
inline constexpr bool kIsCaller = std::is_same_v<std::decay_t<A>, Caller>;

// Is the number of parameters that are arguments of the script.
template <class... A>
inline constexpr std::size_t kScriptArguments = (std::size_t{0} + ... + (kIsCaller<A> ? 0 : 1));

// Holds the argument for a parameter of type A during the call.
template <class A>
class ArgumentSlot {
 public:
  using Stored = std::conditional_t<std::is_same_v<std::decay_t<A>, std::string_view>, std::string,
                                    std::decay_t<A>>;
  static constexpr Passing kPassing = std::is_same_v<Stored, Handle>     ? Passing::kHandle
                                      : std::is_same_v<Stored, Callback> ? Passing::kCallable
                                                                         : Passing::kCopy;
  static_assert(!std::is_lvalue_reference_v<A> || std::is_const_v<std::remove_reference_t<A>>,
                "a function for scripts takes its arguments by value or const reference");

  [[nodiscard]] Result<void> read(const Value& value, std::string_view place) {
    Result<Stored> content = from_value<Stored>(value, place);
    if (!content) {
      return std::unexpected(std::move(content.error()));
    }
    content_.emplace(std::move(*content));
    return {};
  }

  // Call it at most once. REQUIRES: read() succeeded.
  // NOLINTBEGIN(bugprone-unchecked-optional-access)
  [[nodiscard]] decltype(auto) take() {
    if constexpr (std::is_same_v<std::decay_t<A>, std::string_view>) {
      return std::string_view(*content_);
    } else {
      return static_cast<A&&>(*content_);
    }
  }
  // NOLINTEND(bugprone-unchecked-optional-access)

 private:
  std::optional<Stored> content_;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
