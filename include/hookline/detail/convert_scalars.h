#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hookline/detail/converter.h"
#include "hookline/value.h"

// Converts numbers, text, and the alternatives of Value themselves.

#pragma GCC visibility push(default)
namespace hookline {

namespace detail {

// Lists the types that are converted to an int. The character types are not among them.
template <class T>
concept Integer =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
    !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> && !std::same_as<T, char16_t> &&
    !std::same_as<T, char32_t> && sizeof(T) <= sizeof(std::int64_t);

// Reads an int from `least` to `most`.
[[nodiscard]] Result<std::int64_t> read_int(const Value& value, const ValuePath& at,
                                            std::int64_t least, std::int64_t most);
[[nodiscard]] Result<std::uint64_t> read_uint64(const Value& value, const ValuePath& at);

// Converts a type that is one of the alternatives of Value.
template <class T, Kind ThatKind>
struct ExactConverter {
  static std::string name() { return std::string(kind_name(ThatKind)); }
  static Value write(T content) { return Value(std::move(content)); }
  static Result<T> read(const Value& value, const ValuePath& at) {
    const T* content = value.as<T>();
    if (content == nullptr) {
      return unexpected_kind(at, kind_name(ThatKind), value);
    }
    return *content;
  }
};

}  // namespace detail

template <detail::Integer T>
struct Converter<T> {
  static std::string name() { return "int"; }
  static Value write(T number) {
    if constexpr (kIsWide) {
      return {static_cast<unsigned long>(number)};
    } else {
      return {static_cast<std::int64_t>(number)};
    }
  }
  static Result<T> read(const Value& value, const ValuePath& at) {
    using Limits = std::numeric_limits<T>;
    if constexpr (kIsWide) {
      return narrowed(detail::read_uint64(value, at));
    } else {
      return narrowed(detail::read_int(value, at, Limits::min(), Limits::max()));
    }
  }

 private:
  static constexpr bool kIsWide =
      std::cmp_greater(std::numeric_limits<T>::max(), std::numeric_limits<std::int64_t>::max());
  template <class Wide>
  static Result<T> narrowed(Result<Wide> number) {
    if (!number) {
      return std::unexpected(std::move(number.error()));
    }
    return static_cast<T>(*number);
  }
};

// Reads a float, or an int that a double holds exactly.
template <>
struct Converter<double> {
  static std::string name() { return "float"; }
  static Value write(double number) { return number; }
  [[nodiscard]] static Result<double> read(const Value& value, const ValuePath& at);
};

// Reads a double and rounds it to 32 bits. A number beyond the range of a float is an error.
template <>
struct Converter<float> {
  static std::string name() { return "float"; }
  static Value write(float number) { return static_cast<double>(number); }
  [[nodiscard]] static Result<float> read(const Value& value, const ValuePath& at);
};

// Text that another object owns can be written but not read: read a std::string instead.
template <>
struct Converter<std::string_view> {
  static Value write(std::string_view text) { return text; }
};
template <>
struct Converter<const char*> {
  static Value write(const char* text) { return text; }
};
template <>
struct Converter<char*> {
  static Value write(const char* text) { return text; }
};

// Reads an int of any size as its digits.
template <>
struct Converter<BigInt> {
  static std::string name() { return "int"; }
  static Value write(BigInt number) { return number; }
  [[nodiscard]] static Result<BigInt> read(const Value& value, const ValuePath& at);
};

template <>
struct Converter<Value> {
  static std::string name() { return "anything"; }
  static Value write(Value value) { return value; }
  static Result<Value> read(const Value& value, const ValuePath& /*at*/) { return value; }
};

template <>
struct Converter<bool> : detail::ExactConverter<bool, Kind::kBool> {};
template <>
struct Converter<std::string> : detail::ExactConverter<std::string, Kind::kStr> {};
template <>
struct Converter<Bytes> : detail::ExactConverter<Bytes, Kind::kBytes> {};
template <>
struct Converter<Tuple> : detail::ExactConverter<Tuple, Kind::kTuple> {};
template <>
struct Converter<Set> : detail::ExactConverter<Set, Kind::kSet> {};
template <>
struct Converter<FrozenSet> : detail::ExactConverter<FrozenSet, Kind::kFrozenSet> {};
template <>
struct Converter<Dict> : detail::ExactConverter<Dict, Kind::kDict> {};
template <>
struct Converter<Handle> : detail::ExactConverter<Handle, Kind::kHandle> {};

// Both types stand for None.
template <>
struct Converter<std::nullptr_t> {
  static std::string name() { return "None"; }
  static Value write(std::nullptr_t) { return nullptr; }
  [[nodiscard]] static Result<std::nullptr_t> read(const Value& value, const ValuePath& at);
};
template <>
struct Converter<std::monostate> {
  static std::string name() { return "None"; }
  static Value write(std::monostate) { return nullptr; }
  [[nodiscard]] static Result<std::monostate> read(const Value& value, const ValuePath& at);
};

}  // namespace hookline
#pragma GCC visibility pop
