#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "hookline/detail/convert_containers.h"
#include "hookline/detail/convert_enums.h"
#include "hookline/detail/convert_fields.h"
#include "hookline/detail/convert_scalars.h"
#include "marshal/number_text.h"

namespace hookline {

namespace {

// A script may send a number of any length, but a message has to stay short.
constexpr std::size_t kLongestNumber = 40;

std::string number_text(const std::string& digits) {
  return digits.size() <= kLongestNumber ? digits
                                         : "an int of " + std::to_string(digits.size()) + " digits";
}

std::string interval(std::string_view least, std::string_view most) {
  return "an int from " + std::string(least) + " to " + std::string(most);
}

// Doubles hold every integer up to this size exactly.
constexpr std::int64_t kExactDouble = std::int64_t{1} << std::numeric_limits<double>::digits;

bool is_exact_double(std::int64_t number) {
  if (number >= -kExactDouble && number <= kExactDouble) {
    return true;
  }
  // The first double that is too large for an int64.
  constexpr double kBeyond = 0x1p63;
  const auto real = static_cast<double>(number);
  return real < kBeyond && static_cast<std::int64_t>(real) == number;
}

const std::vector<Value>* find_sequence(const Value& value) {
  if (const auto* list = value.as<List>()) {
    return list;
  }
  const auto* tuple = value.as<Tuple>();
  return tuple != nullptr ? &tuple->items : nullptr;
}

}  // namespace

namespace detail {

std::unexpected<Error> unexpected_value(const ValuePath& at, std::string_view expected,
                                        std::string_view got) {
  std::string what = "expected ";
  what += expected;
  what += ", got ";
  what += got;
  return std::unexpected(at.error(ErrorCode::kBadArguments, what));
}

std::unexpected<Error> unexpected_kind(const ValuePath& at, std::string_view expected,
                                       const Value& got) {
  return unexpected_value(at, expected, got.is_none() ? "None" : kind_name(got.kind()));
}

Result<std::int64_t> read_int(const Value& value, const ValuePath& at, std::int64_t least,
                              std::int64_t most) {
  const auto* number = value.as<std::int64_t>();
  if (number != nullptr && *number >= least && *number <= most) {
    return *number;
  }
  const auto* big = value.as<BigInt>();
  if (number == nullptr && big == nullptr) {
    return unexpected_kind(at, "int", value);
  }
  return unexpected_value(at, interval(std::to_string(least), std::to_string(most)),
                          big != nullptr ? number_text(big->digits) : std::to_string(*number));
}

Result<std::uint64_t> read_uint64(const Value& value, const ValuePath& at) {
  std::string digits;
  if (const auto* number = value.as<std::int64_t>()) {
    if (*number >= 0) {
      return static_cast<std::uint64_t>(*number);
    }
    digits = std::to_string(*number);
  } else if (const auto* big = value.as<BigInt>()) {
    std::uint64_t wide = 0;
    const char* const last = big->digits.data() + big->digits.size();
    const auto [end, status] = std::from_chars(big->digits.data(), last, wide);
    if (status == std::errc() && end == last) {
      return wide;
    }
    digits = number_text(big->digits);
  } else {
    return unexpected_kind(at, "int", value);
  }
  return unexpected_value(
      at, interval("0", std::to_string(std::numeric_limits<std::uint64_t>::max())), digits);
}

Result<const std::vector<Value>*> read_sequence(const Value& value, const ValuePath& at,
                                                std::string_view expected) {
  const std::vector<Value>* items = find_sequence(value);
  if (items == nullptr) {
    return unexpected_kind(at, expected, value);
  }
  return items;
}

Result<const std::vector<Value>*> read_sequence_of(std::size_t size, const Value& value,
                                                   const ValuePath& at, std::string_view expected) {
  const std::vector<Value>* items = find_sequence(value);
  if (items == nullptr) {
    return unexpected_kind(at, expected, value);
  }
  if (items->size() != size) {
    const std::string noun = " of " + std::to_string(size) + (size == 1 ? " item" : " items");
    return unexpected_value(at, std::string(expected) + noun,
                            "one of " + std::to_string(items->size()));
  }
  return items;
}

Result<const std::vector<Value>*> read_set_items(const Value& value, const ValuePath& at) {
  if (const auto* set = value.as<Set>()) {
    return &set->items;
  }
  if (const auto* frozen = value.as<FrozenSet>()) {
    return &frozen->items;
  }
  return unexpected_kind(at, "set", value);
}

Result<const Dict*> read_dict(const Value& value, const ValuePath& at) {
  const auto* dict = value.as<Dict>();
  if (dict == nullptr) {
    return unexpected_kind(at, "dict", value);
  }
  return dict;
}

FieldSource::FieldSource(const Value& value, const ValuePath& at)
    : at_(at), inside_(at, nullptr), dict_(value.as<Dict>()) {
  if (dict_ == nullptr) {
    items_ = find_sequence(value);
  }
}

Result<void> FieldSource::check(std::size_t fields, const Value& value) const {
  if (dict_ != nullptr) {
    return {};
  }
  if (items_ == nullptr) {
    return unexpected_kind(at_, "dict", value);
  }
  const Result<const std::vector<Value>*> items = read_sequence_of(fields, value, at_, "tuple");
  return items ? Result<void>() : std::unexpected(items.error());
}

const Value* FieldSource::find(std::size_t index, std::string_view name) {
  if (dict_ == nullptr) {
    inside_.at_index(index);
    return &(*items_)[index];
  }
  for (const auto& [key, item] : dict_->items) {
    const auto* text = key.as<std::string>();
    if (text != nullptr && *text == name) {
      inside_.at_key(key);
      return &item;
    }
  }
  return nullptr;
}

std::unexpected<Error> FieldSource::missing(std::string_view name,
                                            std::string_view expected) const {
  const Value key(name);
  ValuePath here(at_, nullptr);
  here.at_key(key);
  return unexpected_value(here, expected, "no such key");
}

std::unexpected<Error> unexpected_number(const ValuePath& at, std::string_view choices,
                                         const Value& got) {
  return unexpected_value(at, "one of " + std::string(choices), got.repr());
}

}  // namespace detail

Result<double> Converter<double>::read(const Value& value, const ValuePath& at) {
  if (const auto* real = value.as<double>()) {
    return *real;
  }
  if (const auto* number = value.as<std::int64_t>()) {
    if (is_exact_double(*number)) {
      return static_cast<double>(*number);
    }
    return detail::unexpected_value(at, "float",
                                    std::to_string(*number) + ", which no float holds");
  }
  return detail::unexpected_kind(at, "float", value);
}

Result<float> Converter<float>::read(const Value& value, const ValuePath& at) {
  const Result<double> real = Converter<double>::read(value, at);
  if (!real) {
    return std::unexpected(real.error());
  }
  constexpr auto kMost = static_cast<double>(std::numeric_limits<float>::max());
  if (std::isfinite(*real) && std::abs(*real) > kMost) {
    return detail::unexpected_value(at, "a float of 32 bits", detail::double_repr(*real));
  }
  return static_cast<float>(*real);
}

Result<BigInt> Converter<BigInt>::read(const Value& value, const ValuePath& at) {
  if (const auto* number = value.as<std::int64_t>()) {
    return BigInt{std::to_string(*number)};
  }
  if (const auto* big = value.as<BigInt>()) {
    return *big;
  }
  return detail::unexpected_kind(at, "int", value);
}

Result<std::nullptr_t> Converter<std::nullptr_t>::read(const Value& value, const ValuePath& at) {
  if (!value.is_none()) {
    return detail::unexpected_kind(at, "None", value);
  }
  return nullptr;
}

Result<std::monostate> Converter<std::monostate>::read(const Value& value, const ValuePath& at) {
  if (!value.is_none()) {
    return detail::unexpected_kind(at, "None", value);
  }
  return std::monostate();
}

}  // namespace hookline
