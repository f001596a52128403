#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace hookline::detail {

// Returns whether every byte is below 0x80. It is inline and reads a word at a time, because every
// text argument of every event is checked.
[[nodiscard]] inline bool is_ascii(std::string_view text) noexcept {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  constexpr std::size_t kWord = sizeof(kHighBits);
  const auto word_at = [&text](std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWord);
    return word;
  };
  std::uint64_t bits = 0;
  if (text.size() < kWord) {
    for (const char c : text) {
      bits |= static_cast<unsigned char>(c);
    }
  } else {
    for (std::size_t at = 0; at + kWord < text.size(); at += kWord) {
      bits |= word_at(at);
    }
    bits |= word_at(text.size() - kWord);  // some bytes are read twice
  }
  return (bits & kHighBits) == 0;
}

// Returns whether a JSON string contains this byte unescaped: printable ASCII other than '"' and
// '\\'. The cast makes bytes beyond ASCII negative where char is unsigned (ARM64).
[[nodiscard]] constexpr bool is_plain_in_json(char byte) noexcept {
  return static_cast<signed char>(byte) >= ' ' && byte != '"' && byte != '\\';
}

// Is a code point in the UTF-8 of a kStr, in which a lone surrogate has three bytes (see Value).
struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;  // in bytes; 0 if the text is not valid at this place
};

[[nodiscard]] constexpr bool is_surrogate(char32_t code_point) noexcept {
  return code_point >= 0xD800 && code_point <= 0xDFFF;
}

// Reads the code point at `text[at]`. REQUIRES: at < text.size().
[[nodiscard]] CodePoint decode_code_point(std::string_view text, std::size_t at) noexcept;

// Appends `code_point`, which may be a surrogate.
void append_code_point(std::string& text, char32_t code_point);

// Appends "\u" and the four lower-case hex digits of `unit`, as in JSON and Python literals.
void append_unicode_escape(std::string& text, char32_t unit);

// Returns the hex digit of a number below 16.
[[nodiscard]] constexpr char hex_digit(unsigned nibble) noexcept {
  return "0123456789abcdef"[nibble & 0xFU];
}

// Returns the number of a hex digit, or -1.
[[nodiscard]] constexpr int hex_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  if (digit >= 'a' && digit <= 'f') {
    return digit - 'a' + 10;
  }
  return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

}  // namespace hookline::detail
