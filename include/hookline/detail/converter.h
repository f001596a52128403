#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hookline/detail/value_path.h"
#include "hookline/error.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Customisation point: says how a C++ type is written as a Value and read from one. Standard types
// have one; a struct gets one by listing its Fields, an enum by listing its Enumerators. To
// specialise it for a type of your own:
//
//   template <>
//   struct hookline::Converter<Colour> {
//     static std::string name() { return "str"; }  // what a message says was expected
//     static Value write(const Colour& colour);
//     static Result<Colour> read(const Value& value, const ValuePath& at) {
//       ...
//       return std::unexpected(at.error(ErrorCode::kBadArguments, "expected a colour"));
//     }
//   };
template <class T>
struct Converter;

// Is true of a type that can be an argument.
template <class T>
concept Writable = requires(const T& content) {
  { Converter<T>::write(content) } -> std::convertible_to<Value>;
};

// Is true of a type that can be a result.
template <class T>
concept Readable = requires(const Value& value, const ValuePath& at) {
  { Converter<T>::read(value, at) } -> std::same_as<Result<T>>;
  { Converter<T>::name() } -> std::convertible_to<std::string>;
};

// Writes a C++ object as a Value. This never fails, but the conversion of that Value to Python may
// (a set with an item that cannot be hashed). Thread safety: any thread.
template <class T>
  requires Writable<std::decay_t<T>>
[[nodiscard]] Value to_value(T&& content) {
  return Converter<std::decay_t<T>>::write(std::forward<T>(content));
}

// Reads a C++ object from a Value. Messages call the value `path`; converters use the overload with
// `at`. The error kBadArguments names the place, and what was expected and found there:
// "result.users[3]: expected int, got str". No conversion loses anything: neither 1.0 nor True is
// read as an int, and an int has to fit. Thread safety: any thread.
template <Readable T>
[[nodiscard]] Result<T> from_value(const Value& value, const ValuePath& at) {
  return Converter<T>::read(value, at);
}
template <Readable T>
[[nodiscard]] Result<T> from_value(const Value& value, std::string_view path = "result") {
  return Converter<T>::read(value, ValuePath(path));
}

namespace detail {

// Makes the error "<path>: expected <expected>, got <kind of value>".
[[nodiscard]] std::unexpected<Error> unexpected_kind(const ValuePath& at, std::string_view expected,
                                                     const Value& got);
// Makes the error "<path>: expected <expected>, got <got>".
[[nodiscard]] std::unexpected<Error> unexpected_value(const ValuePath& at,
                                                      std::string_view expected,
                                                      std::string_view got);

}  // namespace detail

}  // namespace hookline
#pragma GCC visibility pop
