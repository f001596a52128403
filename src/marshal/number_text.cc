#include "marshal/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace hookline::detail {

namespace {

// This is a natural number in base 2^32, least significant limb first.
using Limbs = std::vector<std::uint32_t>;

constexpr unsigned kLimbBits = 32;
constexpr std::size_t kHexPerLimb = 8;
// The largest power of ten that fits a limb.
constexpr std::size_t kDecimalPerChunk = 9;
constexpr std::uint32_t kChunk = 1'000'000'000;

void multiply_add(Limbs& limbs, std::uint32_t factor, std::uint32_t addend) {
  std::uint64_t carry = addend;
  for (std::uint32_t& limb : limbs) {
    carry += static_cast<std::uint64_t>(limb) * factor;
    limb = static_cast<std::uint32_t>(carry);
    carry >>= kLimbBits;
  }
  if (carry != 0) {
    limbs.push_back(static_cast<std::uint32_t>(carry));
  }
}

// Divides by kChunk in place and returns the remainder.
std::uint32_t divide_by_chunk(Limbs& limbs) {
  std::uint64_t remainder = 0;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    const std::uint64_t part = (remainder << kLimbBits) | limbs[i];
    limbs[i] = static_cast<std::uint32_t>(part / kChunk);
    remainder = part % kChunk;
  }
  while (!limbs.empty() && limbs.back() == 0) {
    limbs.pop_back();
  }
  return static_cast<std::uint32_t>(remainder);
}

std::uint32_t parse(std::string_view digits, int base) {
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  return number;
}

// Appends `number` in `base`, with leading zeros up to `width`.
void append_padded(std::string& text, std::uint32_t number, int base, std::size_t width) {
  std::array<char, 16> digits{};
  const char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  const auto length = static_cast<std::size_t>(end - digits.data());
  text.append(width > length ? width - length : 0, '0');
  text.append(digits.data(), length);
}

std::string without_leading_zeros(std::string text) {
  const std::size_t first = text.find_first_not_of('0');
  if (first == std::string::npos) {
    return "0";
  }
  text.erase(0, first);
  return text;
}

// Holds the decimal digits of a finite number and the power of ten of the first of them.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal shortest_decimal(double magnitude) {
  std::array<char, 32> buffer{};
  const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                        std::chars_format::scientific)
                              .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  Decimal decimal;
  std::ranges::copy_if(text.substr(0, e), std::back_inserter(decimal.digits),
                       [](char c) { return c != '.'; });
  const std::size_t exponent_digits = e + 2;
  std::from_chars(text.data() + exponent_digits, end, decimal.exponent);
  if (text[e + 1] == '-') {
    decimal.exponent = -decimal.exponent;
  }
  return decimal;
}

std::string positional(const Decimal& decimal) {
  if (decimal.exponent < 0) {
    return "0." + std::string(static_cast<std::size_t>(-decimal.exponent - 1), '0') +
           decimal.digits;
  }
  std::string text = decimal.digits;
  const auto point = static_cast<std::size_t>(decimal.exponent) + 1;
  if (text.size() <= point) {
    text.append(point - text.size(), '0');
    return text + ".0";
  }
  return text.insert(point, 1, '.');
}

std::string scientific(const Decimal& decimal) {
  std::string text = decimal.digits;
  if (text.size() > 1) {
    text.insert(1, 1, '.');
  }
  text += decimal.exponent < 0 ? "e-" : "e+";
  append_padded(text, static_cast<std::uint32_t>(std::abs(decimal.exponent)), 10, 2);
  return text;
}

}  // namespace

std::string double_repr(double number) {
  if (std::isnan(number)) {
    return "nan";
  }
  std::string text = std::signbit(number) ? "-" : "";
  if (std::isinf(number)) {
    return text + "inf";
  }
  const Decimal decimal = shortest_decimal(std::abs(number));
  constexpr int kSmallestPositional = -4;
  constexpr int kFirstScientific = 16;
  const bool plain = decimal.exponent >= kSmallestPositional && decimal.exponent < kFirstScientific;
  return text + (plain ? positional(decimal) : scientific(decimal));
}

bool is_decimal_integer(std::string_view digits) noexcept {
  if (digits.starts_with('-')) {
    digits.remove_prefix(1);
  }
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  return !digits.empty() && !leading_zero &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

std::string decimal_to_hex(std::string_view decimal) {
  Limbs limbs;
  limbs.reserve(decimal.size() / kDecimalPerChunk + 1);
  // The first chunk has the remaining digits, and all others are full.
  std::size_t length = decimal.size() % kDecimalPerChunk;
  for (std::size_t at = 0; at < decimal.size();) {
    if (length == 0) {
      length = kDecimalPerChunk;
    }
    multiply_add(limbs, kChunk, parse(decimal.substr(at, length), 10));
    at += length;
    length = 0;
  }
  std::string hex;
  hex.reserve(limbs.size() * kHexPerLimb);
  for (std::size_t i = limbs.size(); i-- > 0;) {
    append_padded(hex, limbs[i], 16, kHexPerLimb);
  }
  return without_leading_zeros(std::move(hex));
}

std::string hex_to_decimal(std::string_view hex) {
  Limbs limbs;
  for (std::size_t end = hex.size(); end > 0;) {
    const std::size_t length = std::min(end, kHexPerLimb);
    end -= length;
    limbs.push_back(parse(hex.substr(end, length), 16));
  }
  std::vector<std::uint32_t> chunks;
  while (!limbs.empty()) {
    chunks.push_back(divide_by_chunk(limbs));
  }
  std::string decimal;
  decimal.reserve(chunks.size() * kDecimalPerChunk);
  for (std::size_t i = chunks.size(); i-- > 0;) {
    append_padded(decimal, chunks[i], 10, kDecimalPerChunk);
  }
  return without_leading_zeros(std::move(decimal));
}

}  // namespace hookline::detail
