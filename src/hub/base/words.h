#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace hookline::hub {

// The first word of a command's text, and what follows it.
[[nodiscard]] inline std::pair<std::string_view, std::string_view> cut_word(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) {
    return {text, {}};
  }
  return {text.substr(0, space), text.substr(space + 1)};
}

// The whole number that all of `text` is, if it fits.
template <class T = std::int64_t>
[[nodiscard]] std::optional<T> read_number(std::string_view text) noexcept {
  T number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && at == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

}  // namespace hookline::hub
