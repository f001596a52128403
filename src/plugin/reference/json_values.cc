#include "plugin/reference/json_values.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace hookline::detail {

namespace {

constexpr std::string_view kNoneSuffix = " | None";
constexpr std::string_view kOrNoneSuffix = " or None";

List json_list(const std::vector<Value>& items) {
  List out;
  out.reserve(items.size());
  std::ranges::transform(items, std::back_inserter(out), &json_value);
  return out;
}

Value json_of(const Value& value, const auto& /*JSON has it*/) { return value; }
Value json_of(const Value& value, double number) {
  return std::isfinite(number) ? value : Value(value.repr());
}
// Each byte becomes the character of that number.
Value json_of(const Value& /*value*/, const Bytes& bytes) {
  std::string text;
  for (const char byte : bytes.data) {
    const auto bits = static_cast<unsigned char>(byte);
    if (bits < 0x80) {
      text += byte;
    } else {
      text += static_cast<char>(0xC0U | (bits >> 6U));
      text += static_cast<char>(0x80U | (bits & 0x3FU));
    }
  }
  return text;
}
Value json_of(const Value& /*value*/, const List& list) { return json_list(list); }
Value json_of(const Value& /*value*/, const Tuple& tuple) { return json_list(tuple.items); }
Value json_of(const Value& /*value*/, const Set& set) { return json_list(set.items); }
Value json_of(const Value& /*value*/, const FrozenSet& set) { return json_list(set.items); }
Value json_of(const Value& /*value*/, const Dict& dict) {
  Dict out;
  for (const auto& [key, item] : dict.items) {
    out.items.emplace_back(key.kind() == Kind::kStr ? key : Value(key.repr()), json_value(item));
  }
  return out;
}
Value json_of(const Value& value, const Handle& /*handle*/) { return value.repr(); }

// Reverses json_of() of Bytes.
Bytes bytes_of(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned bits = static_cast<unsigned char>(text[i]);
    if (bits >= 0xC0U && i + 1 < text.size()) {
      ++i;
      bits = (bits << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    bytes.data += static_cast<char>(bits & 0xFFU);
  }
  return bytes;
}

Value from_list(List items, std::string_view type) {
  if (type == kind_name(Kind::kTuple)) {
    return Tuple{std::move(items)};
  }
  if (type == kind_name(Kind::kSet)) {
    return Set{std::move(items)};
  }
  if (type == kind_name(Kind::kFrozenSet)) {
    return FrozenSet{std::move(items)};
  }
  return items;
}

Value from_text(std::string text, std::string_view type) {
  if (type == kind_name(Kind::kBytes)) {
    return bytes_of(text);
  }
  if (type == kind_name(Kind::kDouble)) {
    const double size = text.ends_with("inf") ? std::numeric_limits<double>::infinity()
                                              : std::numeric_limits<double>::quiet_NaN();
    return text.starts_with('-') ? -size : size;
  }
  return text;
}

}  // namespace

Value json_value(const Value& value) {
  return value.visit([&value](const auto& content) { return json_of(value, content); });
}

Value value_of_type(Value json, std::string_view type) {
  if (auto* const items = json.as<List>()) {
    return from_list(std::move(*items), type);
  }
  if (auto* const text = json.as<std::string>()) {
    return from_text(std::move(*text), type);
  }
  if (const auto* const number = json.as<std::int64_t>();
      number != nullptr && type == kind_name(Kind::kDouble)) {
    return static_cast<double>(*number);
  }
  return json;
}

std::string without_none(std::string_view type) {
  for (const std::string_view suffix : {kNoneSuffix, kOrNoneSuffix}) {
    if (type.ends_with(suffix)) {
      type.remove_suffix(suffix.size());
    }
  }
  return std::string(type);
}

std::string with_none(std::string_view type) {
  const bool has_none = type.empty() || type == "Any" || type == "anything";
  return std::string(type).append(has_none ? "" : kNoneSuffix);
}

}  // namespace hookline::detail
