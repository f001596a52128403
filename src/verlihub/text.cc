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

// Texts may be long and rarely need an escape, so they are copied in pieces.
std::string encode_with(std::string_view text, std::span<const Escape> escapes) {
  std::array<const Escape*, 256> escape_of{};
  for (const Escape& escape : escapes) {
    escape_of.at(static_cast<unsigned char>(escape.character)) = &escape;
  }
  std::string encoded;
  encoded.reserve(text.size());
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-bounds-constant-array-index): a byte is in range
    if (const Escape* const escape = escape_of[static_cast<unsigned char>(text[i])]) {
      encoded.append(text, copied, i - copied).append(escape->text);
      copied = i + 1;
    }
  }
  return encoded.append(text, copied);
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
    const std::size_t plain = std::min(text.find('&'), text.size());
    decoded.append(text, 0, plain);
    text.remove_prefix(plain);
    const auto* escape = std::ranges::find_if(
        kEscapes, [text](const Escape& row) { return text.starts_with(row.text); });
    if (escape != kEscapes.end()) {
      decoded += escape->character;
      text.remove_prefix(escape->text.size());
    } else if (!text.empty()) {
      decoded += text.front();
      text.remove_prefix(1);
    }
  }
  return decoded;
}

}  // namespace hookline::verlihub
