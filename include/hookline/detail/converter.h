#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hookline/error.h"
#include "hookline/value.h"
#include "hookline/detail/value_path.h"

namespace hookline {

// How a C++ type is read from and written as a Value. Specialised in the convert_*.h headers for
// the standard types; a struct gets one by its Fields (marshal/convert_fields.h). To specialise it
// for a type of your own:
//
//   template <>
//   struct hookline::Converter<Colour> {
//     static std::string name() { return "str"; }  // what a message says was expected
//     static Value write(const Colour& colour);
//     static Result<Colour> read(const Value& value, const ValuePath& at);
//   };
template <class T>
struct Converter;

// What may be an argument.
template <class T>
concept Writable = requires(const T& content) {
  { Converter<T>::write(content) } -> std::convertible_to<Value>;
};

// What may be a result.
template <class T>
concept Readable = requires(const Value& value, const ValuePath& at) {
  { Converter<T>::read(value, at) } -> std::same_as<Result<T>>;
  { Converter<T>::name() } -> std::convertible_to<std::string>;
};

// The Value of a C++ object. Never fails; what Python then makes of it may (an item of a set that
// cannot be hashed).
template <class T>
  requires Writable<std::decay_t<T>>
[[nodiscard]] Value to_value(T&& content) {
  return Converter<std::decay_t<T>>::write(std::forward<T>(content));
}

// The C++ object that a Value stands for, or kBadArguments with the place, what was expected and
// what was there: "result.users[3]: expected int, got str". Nothing is converted that would change:
// 1.0 is no int, True neither, and an int has to fit.
template <Readable T>
[[nodiscard]] Result<T> from_value(const Value& value, const ValuePath& at) {
  return Converter<T>::read(value, at);
}
template <Readable T>
[[nodiscard]] Result<T> from_value(const Value& value, std::string_view path = "result") {
  return Converter<T>::read(value, ValuePath(path));
}

// For converters: the error "<path>: expected <expected>, got <kind of value>".
[[nodiscard]] std::unexpected<Error> unexpected_kind(const ValuePath& at, std::string_view expected,
                                                     const Value& got);
// "<path>: expected <expected>, got <got>".
[[nodiscard]] std::unexpected<Error> unexpected_value(const ValuePath& at,
                                                      std::string_view expected,
                                                      std::string_view got);

}  // namespace hookline
