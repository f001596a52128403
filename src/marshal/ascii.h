#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hookline::detail {

// Whether every byte is below 0x80. A word at a time, and inline: lines are short, but every
// argument of every event comes through here.
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
    bits |= word_at(text.size() - kWord);  // may look at some bytes twice
  }
  return (bits & kHighBits) == 0;
}

// Whether JSON has this byte in a string as it is: ASCII that needs no escape. Whether char is
// signed differs between processors (it is not on ARM64); as a signed one, what is not ASCII is
// below ' '.
[[nodiscard]] constexpr bool is_plain_in_json(char byte) noexcept {
  return static_cast<signed char>(byte) >= ' ' && byte != '"' && byte != '\\';
}

}  // namespace hookline::detail
