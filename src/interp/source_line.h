#pragma once

#include <string_view>

namespace hookline::detail {

// What separates words in a line of Python source, and may be around it: the '\r' of a file from
// Windows stays with its line.
inline constexpr std::string_view kLineSpaces = " \t\r\f";

// Returns a line without the spaces around it.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(kLineSpaces);
  if (begin == std::string_view::npos) {
    return {};
  }
  return line.substr(begin, line.find_last_not_of(kLineSpaces) - begin + 1);
}

}  // namespace hookline::detail
