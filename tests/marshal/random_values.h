#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "hookline/value.h"
#include "marshal/utf8.h"

namespace hookline {

// Makes random values of every kind, the same for the same seed. Each key and each item of a set
// has a number of its own, because Python takes 1, 1.0 and True for the same key.
class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : random_(seed) {}

  // Returns a value of at most `depth` containers inside of each other, and half of the time of
  // just as many.
  Value value(int depth) { return pick(2) == 0 ? any(depth) : deep(depth); }

 private:
  Value any(int depth) {
    switch (pick(depth > 0 ? 13 : 8)) {
      case 8:
        return List(values(depth - 1));
      case 9:
        return Tuple{values(depth - 1)};
      case 10:
        return Set{distinct(depth - 1)};
      case 11:
        return FrozenSet{distinct(depth - 1)};
      case 12:
        return dict(depth - 1);
      default:
        return scalar();
    }
  }

  Value deep(int depth) {
    if (depth == 0) {
      return scalar();
    }
    std::vector<Value> items = values(1);
    const std::size_t place = pick(items.size() + 1);
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(place), deep(depth - 1));
    switch (pick(3)) {
      case 0:
        return Tuple{std::move(items)};
      case 1:
        return List(std::move(items));
      default:
        return Dict{{{numbered(1, depth - 1), std::move(items[place])}}};
    }
  }

  std::size_t pick(std::size_t choices) { return random_() % choices; }

  Value scalar() {
    switch (pick(8)) {
      case 0:
        return nullptr;
      case 1:
        return pick(2) == 0;
      case 2:
        return static_cast<std::int64_t>(random_());
      case 3:
        return static_cast<int>(pick(200)) - 100;
      case 4:
        return BigInt{(pick(2) == 0 ? "-" : "") + std::string("1") + digits(19 + pick(60))};
      case 5:
        return std::bit_cast<double>(random_());
      case 6:
        return Bytes{bytes()};
      default:
        return text();
    }
  }

  Value hashable(int depth) {
    switch (pick(depth > 0 ? 4 : 2)) {
      case 2:
        return Tuple{hashables(depth - 1)};
      case 3:
        return FrozenSet{distinct(depth - 1)};
      default:
        return scalar();
    }
  }

  Value numbered(int number, int depth) {
    if (pick(2) == 0) {
      return "k" + std::to_string(number);
    }
    return Tuple{{number, hashable(depth)}};
  }

  std::vector<Value> values(int depth) {
    std::vector<Value> items(pick(5));
    for (Value& item : items) {
      item = any(depth);
    }
    return items;
  }

  std::vector<Value> hashables(int depth) {
    std::vector<Value> items(pick(4));
    for (Value& item : items) {
      item = hashable(depth);
    }
    return items;
  }

  std::vector<Value> distinct(int depth) {
    std::vector<Value> items(pick(5));
    int number = 0;
    for (Value& item : items) {
      item = numbered(number++, depth);
    }
    return items;
  }

  Value dict(int depth) {
    Dict dict;
    dict.items.resize(pick(5));
    int number = 0;
    for (auto& [key, item] : dict.items) {
      key = numbered(number++, depth);
      item = any(depth);
    }
    return dict;
  }

  std::string digits(std::size_t count) {
    std::string text;
    while (text.size() < count) {
      text += static_cast<char>('0' + pick(10));
    }
    return text;
  }

  std::string bytes() {
    std::string data(pick(8), '\0');
    for (char& byte : data) {
      byte = static_cast<char>(pick(256));
    }
    return data;
  }

  std::string text() {
    std::string result;
    for (std::size_t left = pick(8); left > 0; --left) {
      const std::size_t limit = pick(2) == 0 ? 0x80 : 0x110000;
      detail::append_code_point(result, static_cast<char32_t>(pick(limit)));
    }
    return result;
  }

  std::mt19937_64 random_;
};

}  // namespace hookline
