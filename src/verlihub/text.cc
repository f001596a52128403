#include "verlihub/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace hookline::verlihub {

namespace {

struct Escape {
  char character;
  std::string_view text;
};

// The delimiters come first: see kDelimiters.
constexpr auto kEscapes = std::to_array<Escape>({
    {'$', "&#36;"},
    {'|', "&#124;"},
    {'`', "&#96;"},
    {'~', "&#126;"},
    {'\x05', "&#5;"},
});

constexpr std::size_t kDelimiters = 2;

std::string encode_with(std::string_view text, std::span<const Escape> escapes) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char character : text) {
    const auto escape = std::ranges::find(escapes, character, &Escape::character);
    if (escape == escapes.end()) {
      encoded += character;
    } else {
      encoded += escape->text;
    }
  }
  return encoded;
}

}  // namespace

std::string encode(std::string_view text) { return encode_with(text, kEscapes); }

std::string encode_delimiters(std::string_view text) {
  return encode_with(text, std::span(kEscapes).first(kDelimiters));
}

std::string decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    const auto* escape = std::ranges::find_if(
        kEscapes, [text](const Escape& row) { return text.starts_with(row.text); });
    if (escape == kEscapes.end()) {
      decoded += text.front();
      text.remove_prefix(1);
    } else {
      decoded += escape->character;
      text.remove_prefix(escape->text.size());
    }
  }
  return decoded;
}

}  // namespace hookline::verlihub
