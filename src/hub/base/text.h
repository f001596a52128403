#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// Reads words, numbers and times that users and scripts write, and writes text for users.
//
// Thread safety: pure functions.
namespace hookline::hub {

// Splits a command's text into its first word and what follows the space after it.
[[nodiscard]] inline std::pair<std::string_view, std::string_view> cut_word(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) {
    return {text, {}};
  }
  return {text.substr(0, space), text.substr(space + 1)};
}

// Reads a whole number. Returns nullopt if `text` contains anything else or the number does not
// fit.
template <class T = std::int64_t>
[[nodiscard]] std::optional<T> read_number(std::string_view text) noexcept {
  T number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && at == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

// Reads a span of time as operators and scripts write it, and returns seconds: "90s", "30m", "3h",
// "2d", "1w", "1M" (30 days), "1y" (365 days). Returns nullopt for anything else, and for more than
// a thousand years.
[[nodiscard]] std::optional<std::int64_t> parse_time_span(std::string_view text);

// Writes seconds since the epoch as "2026-11-24 11:50 UTC".
[[nodiscard]] std::string time_text(std::int64_t seconds_since_epoch);

// Converts UTF-8 to one line in the hub's encoding, without Python: if `encoding` is not UTF-8,
// every character outside of ASCII becomes '?'. Control characters become spaces, and invalid UTF-8
// becomes '?'.
[[nodiscard]] std::string hub_text(std::string_view encoding, std::string_view utf8);

// Returns " (Greeter 1.2)" for a script that has set its name and version; "" if it has set
// neither.
[[nodiscard]] std::string in_parentheses(std::string_view title, std::string_view version);

// Returns the innermost frame of a stack as in a traceback: `File "x.py", line 3, in f`. Leaves out
// frames of code that is in no file, unless there are no others; "" for an empty stack.
[[nodiscard]] std::string innermost_frame(std::string_view stack);

}  // namespace hookline::hub
