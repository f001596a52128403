#include "plugin/types/log_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "marshal/utf8.h"

namespace hookline::detail {

namespace {

constexpr std::string_view kIndent = "\t";
constexpr std::size_t kEnd = kLongestLogText / 4;  // this much of the end of a cut text is kept
constexpr std::size_t kNote = 64;                  // no note is longer
constexpr std::size_t kBegin = kLongestLogText - kEnd - kNote;

constexpr bool is_printable_ascii(char byte) noexcept { return byte >= ' ' && byte < '\x7f'; }

// Unicode's second block of control characters, which some terminals obey as they obey ESC.
constexpr bool is_late_control(char32_t value) noexcept { return value >= 0x80 && value < 0xA0; }

void append_escape(std::string& safe, unsigned value) {
  safe += "\\x";
  safe += hex_digit(value >> 4U);
  safe += hex_digit(value);
}

// Appends what stands at `text[at]`, and returns its size.
std::size_t append_next(std::string& safe, std::string_view text, std::size_t at) {
  const char byte = text[at];
  if (is_printable_ascii(byte) || byte == '\t') {
    safe += byte;
    return 1;
  }
  if (byte == '\n') {
    safe += byte;
    if (!text.substr(at + 1).starts_with(kIndent)) {
      safe += kIndent;
    }
    return 1;
  }
  const CodePoint point = decode_code_point(text, at);
  const auto value = static_cast<unsigned char>(byte);
  if (point.size > 1 && !is_late_control(point.value)) {
    safe += text.substr(at, point.size);
    return point.size;
  }
  // A byte of the host's encoding stays as it is, because it may be a letter.
  if (point.size == 0 && value >= 0xA0) {
    safe += byte;
    return 1;
  }
  append_escape(safe, point.size == 0 ? value : static_cast<unsigned>(point.value));
  return std::max<std::size_t>(point.size, 1);
}

// Appends the beginning of `text` until `safe` has `most` bytes or slightly more. Returns how much
// of it that was.
std::size_t append_safe(std::string& safe, std::string_view text, std::size_t most) {
  std::size_t at = 0;
  while (at < text.size() && safe.size() < most) {
    at += append_next(safe, text, at);
  }
  return at;
}

// Returns the end of a text that is safe, without a part of a character.
std::string_view end_of(std::string_view safe) noexcept {
  safe.remove_prefix(safe.size() - std::min(safe.size(), kEnd));
  while (!safe.empty() && (static_cast<unsigned char>(safe.front()) & 0xC0U) == 0x80U) {
    safe.remove_prefix(1);
  }
  return safe;
}

std::string_view without_line_end(std::string_view text) noexcept {
  while (text.ends_with('\n')) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

bool is_safe_log_text(std::string_view text) noexcept {
  return text.size() <= kLongestLogText && std::ranges::all_of(text, is_printable_ascii);
}

std::string safe_log_text(std::string_view text) {
  text = without_line_end(text);
  std::string safe;
  if (text.size() <= kLongestLogText) {
    append_safe(safe, text, std::string::npos);
    if (safe.size() <= kLongestLogText) {
      return safe;
    }
    safe.clear();
  }
  const std::size_t begin = append_safe(safe, text, kBegin);
  const std::size_t end = std::max(begin, text.size() - std::min(text.size(), kEnd));
  std::string rest;
  append_safe(rest, text.substr(end), std::string::npos);
  safe += fmt::format("... [{} bytes left out] ...", end - begin);
  safe += end_of(rest);
  return safe;
}

}  // namespace hookline::detail
