#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/value.h"
#include "hookline/verlihub/functions.h"

namespace hookline::hub {

using verlihub::Vh;

// Reads the arguments of a function of `vh`, by position, as call() or read() of
// verlihub::Functions got them. An argument that was not given is read as "" or the default.
//
// Ownership: it borrows the arguments and the caller.
class VhArgs {
 public:
  VhArgs(std::span<const Value> values, const Caller& caller) : values_(values), caller_(caller) {}
  VhArgs(std::span<const std::string_view> texts, const Caller& caller)
      : texts_(texts), caller_(caller) {}

  [[nodiscard]] bool has(std::size_t i) const {
    return i < texts_.size() || (i < values_.size() && !values_[i].is_none());
  }
  [[nodiscard]] std::string_view text(std::size_t i) const {
    if (i < texts_.size()) {
      return texts_[i];
    }
    const auto* text = i < values_.size() ? values_[i].as<std::string>() : nullptr;
    return text == nullptr ? std::string_view() : std::string_view(*text);
  }
  [[nodiscard]] std::string text_or(std::size_t i, std::string_view fallback) const {
    return std::string(text(i).empty() ? fallback : text(i));
  }
  [[nodiscard]] std::int64_t number(std::size_t i, std::int64_t fallback = 0) const {
    const auto* number = values_[i].as<std::int64_t>();
    return number == nullptr ? fallback : *number;
  }
  [[nodiscard]] const Caller& caller() const { return caller_; }

 private:
  std::span<const Value> values_;
  std::span<const std::string_view> texts_;
  const Caller& caller_;
};

}  // namespace hookline::hub
