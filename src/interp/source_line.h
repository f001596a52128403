#pragma once

#include <string_view>

namespace hookline::detail {

// These characters separate the words of a line of Python source, and may stand around it. The
// '\r' is there because that of a file from Windows stays with its line.
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
