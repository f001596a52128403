#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hookline/detail/convert_scalars.h"
#include "hookline/detail/converter.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Customisation point: lists the enumerators of an enum, which then converts to and from an int.
// An int that is not an enumerator is an error. The members of a Python enum arrive as their
// values.
//
//   template <>
//   struct hookline::Enumerators<Level> {
//     static constexpr auto kAll = std::to_array({Level::kGuest, Level::kUser, Level::kOperator});
//   };
template <class T>
struct Enumerators;

namespace detail {

// Makes the error "<path>: expected one of <choices>, got <got>".
[[nodiscard]] std::unexpected<Error> unexpected_number(const ValuePath& at,
                                                       std::string_view choices, const Value& got);

}  // namespace detail

template <class T>
  requires std::is_enum_v<T> && requires { Enumerators<T>::kAll; }
struct Converter<T> {
  using Number = std::underlying_type_t<T>;
  static std::string name() { return "int"; }
  static Value write(T enumerator) {
    return Converter<Number>::write(static_cast<Number>(enumerator));
  }
  static Result<T> read(const Value& value, const ValuePath& at) {
    Result<Number> number = Converter<Number>::read(value, at);
    if (!number) {
      return std::unexpected(std::move(number.error()));
    }
    std::string choices;
    for (const T enumerator : Enumerators<T>::kAll) {
      if (static_cast<Number>(enumerator) == *number) {
        return enumerator;
      }
      choices += (choices.empty() ? "" : ", ") + std::to_string(static_cast<Number>(enumerator));
    }
    return detail::unexpected_number(at, choices, value);
  }
};

}  // namespace hookline
#pragma GCC visibility pop
