#include "hub/vh/vh_args.h"

namespace hookline::hub {

bool VhArgs::has(std::size_t i) const {
  return i < texts_.size() || (i < values_.size() && !values_[i].is_none());
}

std::string_view VhArgs::text(std::size_t i) const {
  if (i < texts_.size()) {
    return texts_[i];
  }
  const auto* text = i < values_.size() ? values_[i].as<std::string>() : nullptr;
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::string VhArgs::text_or(std::size_t i, std::string_view fallback) const {
  return std::string(text(i).empty() ? fallback : text(i));
}

std::int64_t VhArgs::number(std::size_t i, std::int64_t fallback) const {
  const auto* number = values_[i].as<std::int64_t>();
  return number == nullptr ? fallback : *number;
}

}  // namespace hookline::hub
