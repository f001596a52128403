#include "hookline/value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>

namespace hookline {

namespace {

std::size_t hash_of(const Value& value);

std::size_t mix(std::size_t seed, std::size_t next) {
  constexpr std::size_t kOddConstant = 0x9e3779b97f4a7c15;
  return std::rotl(seed, 5) ^ (next * kOddConstant);
}

std::size_t hash_of(const std::pair<Value, Value>& item) {
  return mix(hash_of(item.first), hash_of(item.second));
}

template <class Items>
std::size_t hash_in_order(const Items& items) {
  std::size_t seed = items.size();
  for (const auto& item : items) {
    seed = mix(seed, hash_of(item));
  }
  return seed;
}

template <class Items>
std::size_t hash_in_any_order(const Items& items) {
  std::size_t sum = items.size();
  for (const auto& item : items) {
    sum += hash_of(item);
  }
  return sum;
}

// The hash is consistent with operator==: all NaN hash alike, and so do 0.0 and -0.0.
std::size_t hash_of(double number) { return std::isnan(number) ? 1 : std::hash<double>{}(number); }
std::size_t hash_of(bool flag) { return flag ? 2 : 3; }
std::size_t hash_of(std::int64_t number) { return std::hash<std::int64_t>{}(number); }
std::size_t hash_of(std::monostate) { return 0; }
std::size_t hash_of(const std::string& text) { return std::hash<std::string>{}(text); }
std::size_t hash_of(const BigInt& number) { return hash_of(number.digits); }
std::size_t hash_of(const Bytes& bytes) { return hash_of(bytes.data); }
std::size_t hash_of(const List& list) { return hash_in_order(list); }
std::size_t hash_of(const Tuple& tuple) { return hash_in_order(tuple.items); }
std::size_t hash_of(const Set& set) { return hash_in_any_order(set.items); }
std::size_t hash_of(const FrozenSet& set) { return hash_in_any_order(set.items); }
std::size_t hash_of(const Dict& dict) { return hash_in_any_order(dict.items); }
std::size_t hash_of(const Handle& handle) {
  return std::hash<const void*>{}(handle.object().get());
}

std::size_t hash_of(const Value& value) {
  const std::size_t content = value.visit([](const auto& data) { return hash_of(data); });
  return mix(static_cast<std::size_t>(value.kind()), content);
}

// Compares multisets in O(n log n): items are matched within runs of equal hashes, which are short.
template <class Item>
class UnorderedComparison {
 public:
  explicit UnorderedComparison(const std::vector<Item>& items) {
    entries_.reserve(items.size());
    for (const Item& item : items) {
      entries_.push_back({hash_of(item), &item});
    }
    std::ranges::sort(entries_, std::less<>{}, &Entry::hash);
  }

  [[nodiscard]] bool equals(const UnorderedComparison& other) const {
    auto ours = entries_.begin();
    auto theirs = other.entries_.begin();
    while (ours != entries_.end()) {
      const auto ours_end = end_of_run(ours, entries_);
      const auto theirs_end = end_of_run(theirs, other.entries_);
      if (!std::is_permutation(ours, ours_end, theirs, theirs_end, &UnorderedComparison::same)) {
        return false;
      }
      ours = ours_end;
      theirs = theirs_end;
    }
    return theirs == other.entries_.end();
  }

 private:
  struct Entry {
    std::size_t hash;
    const Item* item;
  };
  using Entries = std::vector<Entry>;

  static bool same(const Entry& a, const Entry& b) { return *a.item == *b.item; }
  static Entries::const_iterator end_of_run(Entries::const_iterator begin, const Entries& entries) {
    return std::find_if(begin, entries.end(),
                        [begin](const Entry& entry) { return entry.hash != begin->hash; });
  }

  Entries entries_;
};

template <class Item>
bool equal_in_any_order(const std::vector<Item>& a, const std::vector<Item>& b) {
  if (a.size() != b.size()) {
    return false;
  }
  return a == b || UnorderedComparison(a).equals(UnorderedComparison(b));
}

constexpr auto kKindNames =
    std::to_array<std::string_view>({"NoneType", "bool", "int", "int", "float", "str", "bytes",
                                     "list", "tuple", "set", "frozenset", "dict", "handle"});

}  // namespace

std::string_view kind_name(Kind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  return index < kKindNames.size() ? kKindNames[index] : std::string_view("unknown");
}

bool operator==(const Set& a, const Set& b) { return equal_in_any_order(a.items, b.items); }

bool operator==(const FrozenSet& a, const FrozenSet& b) {
  return equal_in_any_order(a.items, b.items);
}

bool operator==(const Dict& a, const Dict& b) { return equal_in_any_order(a.items, b.items); }

const Value* Dict::find(std::string_view key) const {
  const auto found = std::ranges::find_if(items, [key](const auto& item) {
    const auto* text = item.first.template as<std::string>();
    return text != nullptr && *text == key;
  });
  return found == items.end() ? nullptr : &found->second;
}

Value::Value(unsigned long long v) : data_() {
  if (v <= static_cast<unsigned long long>(std::numeric_limits<std::int64_t>::max())) {
    data_ = static_cast<std::int64_t>(v);
  } else {
    data_ = BigInt{std::to_string(v)};
  }
}

void Value::assign_text(std::string_view text) {
  if (auto* present = as<std::string>()) {
    present->assign(text);
  } else {
    data_.emplace<std::string>(text);
  }
}

bool operator==(const Value& a, const Value& b) {
  const auto* number_a = a.as<double>();
  const auto* number_b = b.as<double>();
  if (number_a != nullptr && number_b != nullptr && std::isnan(*number_a)) {
    return std::isnan(*number_b);
  }
  return a.data_ == b.data_;
}

}  // namespace hookline
