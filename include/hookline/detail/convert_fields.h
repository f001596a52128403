#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "hookline/detail/converter.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Customisation point: lists the fields of a struct, which then converts to and from a dict.
//
//   struct User {
//     std::string nick;
//     std::int64_t share = 0;
//   };
//   template <>
//   struct hookline::Fields<User> {
//     static constexpr auto kAll = std::tuple{field("nick", &User::nick),
//                                             optional_field("share", &User::share)};
//   };
//
// The struct is read from a dict, and so from a dataclass; keys that are not fields are ignored. It
// is also read from a tuple (or namedtuple) with one item for each field, in their order. REQUIRES:
// the struct has a default constructor.
template <class T>
struct Fields;

// Describes one field of a struct. field() and optional_field() make it.
template <class T, class Member>
struct Field {
  std::string_view name;
  Member T::* member;
  bool required = true;
};

// Describes a required field: reading a dict without this key is kBadArguments. `name` is not
// copied and must outlive the Field, as a literal does. Thread safety: any thread.
template <class T, class Member>
[[nodiscard]] constexpr Field<T, Member> field(std::string_view name, Member T::* member) {
  return {name, member, true};
}
// Describes a field that keeps its default value if the dict has no such key. Otherwise it is like
// field().
template <class T, class Member>
[[nodiscard]] constexpr Field<T, Member> optional_field(std::string_view name, Member T::* member) {
  return {name, member, false};
}

namespace detail {

// Looks up the fields of one struct in a Value.
class FieldSource {
 public:
  // Both arguments must outlive it.
  FieldSource(const Value& value, const ValuePath& at);
  FieldSource(const FieldSource&) = delete;
  FieldSource& operator=(const FieldSource&) = delete;
  ~FieldSource() = default;

  // Succeeds if `value` can be a struct of this many fields. All methods below REQUIRE that it did.
  [[nodiscard]] Result<void> check(std::size_t fields, const Value& value) const;
  // Returns the value of a field, or nullptr; place() refers to that field afterwards.
  [[nodiscard]] const Value* find(std::size_t index, std::string_view name);
  [[nodiscard]] const ValuePath& place() const { return inside_; }
  // Makes the error for a required field that is missing.
  [[nodiscard]] std::unexpected<Error> missing(std::string_view name,
                                               std::string_view expected) const;

 private:
  const ValuePath& at_;
  ValuePath inside_;
  const Dict* dict_;
  const std::vector<Value>* items_ = nullptr;  // the items of a tuple or list; nullptr for a dict
};

}  // namespace detail

template <class T>
  requires requires { Fields<T>::kAll; }
struct Converter<T> {
  static std::string name() { return "dict"; }

  static Value write(const T& content) {
    Dict dict;
    std::apply(
        [&](const auto&... field) {
          dict.items.reserve(sizeof...(field));
          (dict.items.emplace_back(field.name, to_value(content.*field.member)), ...);
        },
        Fields<T>::kAll);
    return dict;
  }

  static Result<T> read(const Value& value, const ValuePath& at) {
    detail::FieldSource source(value, at);
    Result<void> done = source.check(std::tuple_size_v<decltype(Fields<T>::kAll)>, value);
    if (!done) {
      return std::unexpected(std::move(done.error()));
    }
    T content{};
    std::size_t index = 0;
    std::apply(
        [&](const auto&... field) {
          (void)(read_one(source, index++, field, content, done) && ...);
        },
        Fields<T>::kAll);
    if (!done) {
      return std::unexpected(std::move(done.error()));
    }
    return content;
  }

 private:
  template <class Member>
  static bool read_one(detail::FieldSource& source, std::size_t index,
                       const Field<T, Member>& field, T& content, Result<void>& done) {
    const Value* value = source.find(index, field.name);
    if (value == nullptr) {
      if (field.required) {
        done = source.missing(field.name, Converter<Member>::name());
      }
      return done.has_value();
    }
    Result<Member> member = Converter<Member>::read(*value, source.place());
    if (!member) {
      done = std::unexpected(std::move(member.error()));
      return false;
    }
    content.*field.member = std::move(*member);
    return true;
  }
};

}  // namespace hookline
#pragma GCC visibility pop
