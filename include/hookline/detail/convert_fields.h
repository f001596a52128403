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

namespace hookline {

// The fields of a struct, by which it becomes a dict and comes from one:
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
// It is read from a dict, and so from a dataclass; keys that are no fields are ignored. A tuple (a
// namedtuple) of as many items will do too, in the order of the fields. REQUIRES: the struct can be
// made without arguments.
template <class T>
struct Fields;

template <class T, class Member>
struct Field {
  std::string_view name;
  Member T::* member;
  bool required = true;
};

// One that has to be there.
template <class T, class Member>
[[nodiscard]] constexpr Field<T, Member> field(std::string_view name, Member T::* member) {
  return {name, member, true};
}
// One that keeps what the struct starts with if there is no such key.
template <class T, class Member>
[[nodiscard]] constexpr Field<T, Member> optional_field(std::string_view name, Member T::* member) {
  return {name, member, false};
}

// Where the fields of one struct are looked up.
class FieldSource {
 public:
  // Both must outlive it.
  FieldSource(const Value& value, const ValuePath& at);
  FieldSource(const FieldSource&) = delete;
  FieldSource& operator=(const FieldSource&) = delete;
  ~FieldSource() = default;

  // Whether `value` can be a struct of so many fields. The rest REQUIRES that it can.
  [[nodiscard]] Result<void> check(std::size_t fields, const Value& value) const;
  // The value of a field, at which place() stands then, or nullptr.
  [[nodiscard]] const Value* find(std::size_t index, std::string_view name);
  [[nodiscard]] const ValuePath& place() const { return inside_; }
  [[nodiscard]] std::unexpected<Error> missing(std::string_view name,
                                               std::string_view expected) const;

 private:
  const ValuePath& at_;
  ValuePath inside_;
  const Dict* dict_;
  const std::vector<Value>* items_ = nullptr;  // if there is no dict
};

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
    FieldSource source(value, at);
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
  static bool read_one(FieldSource& source, std::size_t index, const Field<T, Member>& field,
                       T& content, Result<void>& done) {
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
