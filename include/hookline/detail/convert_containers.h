#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "hookline/detail/converter.h"
#include "hookline/value.h"

// Converts containers of the standard library. Reading requires a list, tuple, set or dict of the
// right size whose items can all be read; the error names the first item that cannot.

#pragma GCC visibility push(default)
namespace hookline {

namespace detail {

// Return the items of a list or tuple, those of a set or frozenset, and the dict; or an error that
// says what was expected. The result lives as long as `value` does.
[[nodiscard]] Result<const std::vector<Value>*> read_sequence(const Value& value,
                                                              const ValuePath& at,
                                                              std::string_view expected);
[[nodiscard]] Result<const std::vector<Value>*> read_sequence_of(std::size_t size,
                                                                 const Value& value,
                                                                 const ValuePath& at,
                                                                 std::string_view expected);
[[nodiscard]] Result<const std::vector<Value>*> read_set_items(const Value& value,
                                                               const ValuePath& at);
[[nodiscard]] Result<const Dict*> read_dict(const Value& value, const ValuePath& at);

// Writes each item as a Value, in their order.
template <class Range>
[[nodiscard]] std::vector<Value> write_items(const Range& range) {
  std::vector<Value> items;
  items.reserve(range.size());
  for (const auto& item : range) {
    items.push_back(Converter<typename Range::value_type>::write(item));
  }
  return items;
}

// Reads each item, and passes it to `add`.
template <class T, class Add>
[[nodiscard]] Result<void> read_items(const std::vector<Value>& items, const ValuePath& at,
                                      Add add) {
  ValuePath here(at, nullptr);
  for (std::size_t i = 0; i < items.size(); ++i) {
    here.at_index(i);
    Result<T> item = Converter<T>::read(items[i], here);
    if (!item) {
      return std::unexpected(std::move(item.error()));
    }
    add(std::move(*item));
  }
  return {};
}

}  // namespace detail

// Writes a list. Reads a list or a tuple. The type List is one of these vectors.
template <class T>
struct Converter<std::vector<T>> {
  static std::string name() { return "list"; }
  static Value write(const std::vector<T>& content) { return List(detail::write_items(content)); }
  static Result<std::vector<T>> read(const Value& value, const ValuePath& at) {
    const auto items = detail::read_sequence(value, at, "list");
    if (!items) {
      return std::unexpected(items.error());
    }
    std::vector<T> content;
    content.reserve((*items)->size());
    Result<void> done =
        detail::read_items<T>(**items, at, [&](T item) { content.push_back(std::move(item)); });
    if (!done) {
      return std::unexpected(std::move(done.error()));
    }
    return content;
  }
};

// Writes a list. Reads a list or a tuple of exactly this size.
template <class T, std::size_t Size>
struct Converter<std::array<T, Size>> {
  static std::string name() { return "list"; }
  static Value write(const std::array<T, Size>& content) {
    return List(detail::write_items(content));
  }
  static Result<std::array<T, Size>> read(const Value& value, const ValuePath& at) {
    const auto items = detail::read_sequence_of(Size, value, at, "list");
    if (!items) {
      return std::unexpected(items.error());
    }
    std::array<T, Size> content{};
    auto* next = content.begin();
    Result<void> done =
        detail::read_items<T>(**items, at, [&](T item) { *next++ = std::move(item); });
    if (!done) {
      return std::unexpected(std::move(done.error()));
    }
    return content;
  }
};

namespace detail {

template <class SetType>
struct SetConverter {
  using Item = typename SetType::value_type;
  static std::string name() { return "set"; }
  static Value write(const SetType& content) { return Set{write_items(content)}; }
  static Result<SetType> read(const Value& value, const ValuePath& at) {
    const auto items = read_set_items(value, at);
    if (!items) {
      return std::unexpected(items.error());
    }
    SetType content;
    Result<void> done =
        read_items<Item>(**items, at, [&](Item item) { content.insert(std::move(item)); });
    if (!done) {
      return std::unexpected(std::move(done.error()));
    }
    return content;
  }
};
template <class Map>
struct MapConverter {
  using Key = typename Map::key_type;
  using Mapped = typename Map::mapped_type;
  static std::string name() { return "dict"; }
  static Value write(const Map& content) {
    Dict dict;
    dict.items.reserve(content.size());
    for (const auto& [key, mapped] : content) {
      dict.items.emplace_back(Converter<Key>::write(key), Converter<Mapped>::write(mapped));
    }
    return dict;
  }
  static Result<Map> read(const Value& value, const ValuePath& at) {
    const auto dict = read_dict(value, at);
    if (!dict) {
      return std::unexpected(dict.error());
    }
    Map content;
    ValuePath here(at, nullptr);
    for (std::size_t i = 0; i < (*dict)->items.size(); ++i) {
      const auto& [key_value, mapped_value] = (*dict)->items[i];
      here.at_nth_key(i);
      Result<Key> key = Converter<Key>::read(key_value, here);
      if (!key) {
        return std::unexpected(std::move(key.error()));
      }
      here.at_key(key_value);
      Result<Mapped> mapped = Converter<Mapped>::read(mapped_value, here);
      if (!mapped) {
        return std::unexpected(std::move(mapped.error()));
      }
      content.insert_or_assign(std::move(*key), std::move(*mapped));
    }
    return content;
  }
};
// Writes a tuple. Reads a tuple or a list of exactly this size.
template <class TupleType, class... Ts>
struct TupleConverter {
  static std::string name() { return "tuple"; }
  static Value write(const TupleType& content) {
    Tuple tuple;
    tuple.items.reserve(sizeof...(Ts));
    std::apply([&](const Ts&... item) { (tuple.items.push_back(Converter<Ts>::write(item)), ...); },
               content);
    return tuple;
  }
  static Result<TupleType> read(const Value& value, const ValuePath& at) {
    const auto items = read_sequence_of(sizeof...(Ts), value, at, "tuple");
    if (!items) {
      return std::unexpected(items.error());
    }
    return read_each(**items, at, std::index_sequence_for<Ts...>());
  }

 private:
  template <std::size_t... Index>
  static Result<TupleType> read_each(const std::vector<Value>& items, const ValuePath& at,
                                     std::index_sequence<Index...> /*all*/) {
    std::tuple<std::optional<Ts>...> content;
    Result<void> done;
    ValuePath here(at, nullptr);
    const bool good = (read_one(items[Index], here, Index, std::get<Index>(content), done) && ...);
    if (!good) {
      return std::unexpected(std::move(done.error()));
    }
    // All of them have a value. NOLINTNEXTLINE(bugprone-unchecked-optional-access)
    return TupleType(*std::move(std::get<Index>(content))...);
  }
  template <class T>
  static bool read_one(const Value& value, ValuePath& here, std::size_t index,
                       std::optional<T>& item, Result<void>& done) {
    here.at_index(index);
    Result<T> result = Converter<T>::read(value, here);
    if (!result) {
      done = std::unexpected(std::move(result.error()));
      return false;
    }
    item.emplace(std::move(*result));
    return true;
  }
};
}  // namespace detail

template <class T>
struct Converter<std::set<T>> : detail::SetConverter<std::set<T>> {};
template <class T>
struct Converter<std::unordered_set<T>> : detail::SetConverter<std::unordered_set<T>> {};

template <class K, class T>
struct Converter<std::map<K, T>> : detail::MapConverter<std::map<K, T>> {};
template <class K, class T>
struct Converter<std::unordered_map<K, T>> : detail::MapConverter<std::unordered_map<K, T>> {};

template <class... Ts>
struct Converter<std::tuple<Ts...>> : detail::TupleConverter<std::tuple<Ts...>, Ts...> {};
template <class A, class B>
struct Converter<std::pair<A, B>> : detail::TupleConverter<std::pair<A, B>, A, B> {};

// Converts between None and std::nullopt.
template <class T>
struct Converter<std::optional<T>> {
  static std::string name() { return Converter<T>::name() + " or None"; }
  static Value write(const std::optional<T>& content) {
    return content ? Converter<T>::write(*content) : Value();
  }
  static Result<std::optional<T>> read(const Value& value, const ValuePath& at) {
    if (value.is_none()) {
      return std::optional<T>();
    }
    Result<T> content = Converter<T>::read(value, at);
    if (!content) {
      return std::unexpected(std::move(content.error()));
    }
    return std::optional<T>(std::move(*content));
  }
};

// Reads the first alternative that fits the value: std::variant<std::int64_t, double> keeps ints
// apart from floats, while std::variant<double, std::int64_t> reads both as a double.
template <class... Ts>
struct Converter<std::variant<Ts...>> {
  static std::string name() {
    std::string all;
    ((all += (all.empty() ? "" : " or ") + Converter<Ts>::name()), ...);
    return all;
  }
  static Value write(const std::variant<Ts...>& content) {
    return std::visit([](const auto& alternative) { return to_value(alternative); }, content);
  }
  static Result<std::variant<Ts...>> read(const Value& value, const ValuePath& at) {
    Result<std::variant<Ts...>> content = detail::unexpected_kind(at, name(), value);
    (void)(try_read<Ts>(value, at, content) || ...);
    return content;
  }

 private:
  template <class T>
  static bool try_read(const Value& value, const ValuePath& at,
                       Result<std::variant<Ts...>>& content) {
    Result<T> alternative = Converter<T>::read(value, at);
    if (alternative) {
      content = std::variant<Ts...>(std::move(*alternative));
    }
    return alternative.has_value();
  }
};

}  // namespace hookline
#pragma GCC visibility pop
