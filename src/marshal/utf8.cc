#include "marshal/utf8.h"

#include <array>

namespace hookline::detail {

namespace {

constexpr unsigned kContinuationBits = 6;
constexpr unsigned kContinuationMask = 0x3F;

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

char to_byte(char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); }

// Returns the length that a lead byte announces; 0 if it is not a lead byte.
std::size_t length_of(unsigned lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xC2) {
    return 0;
  }
  if (lead < 0xE0) {
    return 2;
  }
  if (lead < 0xF0) {
    return 3;
  }
  return lead < 0xF5 ? 4 : 0;
}

}  // namespace

CodePoint decode_code_point(std::string_view text, std::size_t at) noexcept {
  const unsigned lead = byte_at(text, at);
  const std::size_t length = length_of(lead);
  if (length == 1) {
    return {.value = lead, .size = 1};
  }
  if (length == 0 || text.size() - at < length) {
    return {};
  }
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byte_at(text, at + i);
    if ((next & ~kContinuationMask) != 0x80) {
      return {};
    }
    value = (value << kContinuationBits) | (next & kContinuationMask);
  }
  constexpr std::array<char32_t, 5> kSmallestOfLength{0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallestOfLength.at(length) || value > 0x10FFFF) {
    return {};
  }
  return {.value = value, .size = length};
}

void append_code_point(std::string& text, char32_t code_point) {
  const auto continuation = [&text, code_point](unsigned shift) {
    text += to_byte(0x80U | ((code_point >> shift) & kContinuationMask));
  };
  if (code_point < 0x80) {
    text += to_byte(code_point);
  } else if (code_point < 0x800) {
    text += to_byte(0xC0U | (code_point >> kContinuationBits));
    continuation(0);
  } else if (code_point < 0x10000) {
    text += to_byte(0xE0U | (code_point >> (2 * kContinuationBits)));
    continuation(kContinuationBits);
    continuation(0);
  } else {
    text += to_byte(0xF0U | (code_point >> (3 * kContinuationBits)));
    continuation(2 * kContinuationBits);
    continuation(kContinuationBits);
    continuation(0);
  }
}

void append_unicode_escape(std::string& text, char32_t unit) {
  text += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) {
    text += hex_digit(static_cast<unsigned>(unit) >> shift);
  }
}

}  // namespace hookline::detail
