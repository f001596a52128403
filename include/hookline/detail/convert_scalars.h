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

namespace hookline {

// The types that are numbers, which a char is not.
template <class T>
concept Integer =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
    !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> && !std::same_as<T, char16_t> &&
    !std::same_as<T, char32_t> && sizeof(T) <= sizeof(std::int64_t);

// An int within these limits, both included.
[[nodiscard]] Result<std::int64_t> read_int(const Value& value, const ValuePath& at,
                                            std::int64_t least, std::int64_t most);
[[nodiscard]] Result<std::uint64_t> read_uint64(const Value& value, const ValuePath& at);

template <Integer T>
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
      return narrowed(read_uint64(value, at));
    } else {
      return narrowed(read_int(value, at, Limits::min(), Limits::max()));
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

// A float, or an int that one holds exactly.
template <>
struct Converter<double> {
  static std::string name() { return "float"; }
  static Value write(double number) { return number; }
  [[nodiscard]] static Result<double> read(const Value& value, const ValuePath& at);
};

// As a double, rounded; beyond its range is an error.
template <>
struct Converter<float> {
  static std::string name() { return "float"; }
  static Value write(float number) { return static_cast<double>(number); }
  [[nodiscard]] static Result<float> read(const Value& value, const ValuePath& at);
};

// Text goes one way only, unless it has an owner.
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

// An int of any size, as its digits.
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

// What a Value holds just so.
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
template <>
struct Converter<bool> : ExactConverter<bool, Kind::kBool> {};
template <>
struct Converter<std::string> : ExactConverter<std::string, Kind::kStr> {};
template <>
struct Converter<Bytes> : ExactConverter<Bytes, Kind::kBytes> {};
template <>
struct Converter<Tuple> : ExactConverter<Tuple, Kind::kTuple> {};
template <>
struct Converter<Set> : ExactConverter<Set, Kind::kSet> {};
template <>
struct Converter<FrozenSet> : ExactConverter<FrozenSet, Kind::kFrozenSet> {};
template <>
struct Converter<Dict> : ExactConverter<Dict, Kind::kDict> {};
template <>
struct Converter<Handle> : ExactConverter<Handle, Kind::kHandle> {};

// None.
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
