#include "hub/nmdc/nick.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace hookline::hub {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);

template <class Word>
std::uint64_t word_at(std::string_view text, std::size_t at) noexcept {
  Word word = 0;
  std::memcpy(&word, text.data() + at, sizeof(word));
  return word;
}

// Packs up to 8 bytes into a word. Texts of the same length give the same word only if they are
// equal.
std::uint64_t short_word(std::string_view text) noexcept {
  constexpr std::size_t kHalf = sizeof(std::uint32_t);
  if (text.size() >= kHalf) {
    return word_at<std::uint32_t>(text, 0) | word_at<std::uint32_t>(text, text.size() - kHalf)
                                                 << 32u;
  }
  std::uint64_t word = 0;
  for (const char c : text) {
    word = word << 8u | static_cast<unsigned char>(c);
  }
  return word;
}

constexpr std::uint64_t repeat(std::uint8_t byte) noexcept { return byte * 0x0101010101010101u; }

// Converts capital ASCII letters among the 8 bytes of a word to small ones.
constexpr std::uint64_t fold(std::uint64_t word) noexcept {
  constexpr std::uint64_t kHigh = repeat(0x80);
  // No sum carries into the next byte, because both of its numbers are below 0x80.
  const std::uint64_t low = word & ~kHigh;
  const std::uint64_t from_a = low + repeat(0x80 - 'A');
  const std::uint64_t beyond_z = low + repeat(0x80 - 'Z' - 1);
  return word | ((from_a & ~beyond_z & ~word & kHigh) >> 2u);
}
static_assert(fold(0x415a405bc1da7a61) == 0x617a405bc1da7a61);

// Mixes two words so that each of their bits influences each bit of the result.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64u);
}

}  // namespace

std::string fold_nick(std::string_view nick) {
  std::string out(nick);
  std::ranges::transform(out, out.begin(), [](char c) {
    return static_cast<char>(fold(static_cast<unsigned char>(c)));
  });
  return out;
}

bool same_nick(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) {
    return false;
  }
  if (a.size() < kWord) {
    return fold(short_word(a)) == fold(short_word(b));
  }
  const auto same_at = [a, b](std::size_t at) {
    return fold(word_at<std::uint64_t>(a, at)) == fold(word_at<std::uint64_t>(b, at));
  };
  for (std::size_t at = 0; at + kWord < a.size(); at += kWord) {
    if (!same_at(at)) {
      return false;
    }
  }
  return same_at(a.size() - kWord);  // may compare some bytes twice
}

std::size_t NickHash::operator()(std::string_view nick) const noexcept {
  constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15;
  constexpr std::uint64_t kSecond = 0xd1b54a32d192ed03;
  std::uint64_t hash = nick.size() ^ kFirst;
  if (nick.size() < kWord) {
    return mix(fold(short_word(nick)) ^ kSecond, hash);
  }
  const std::size_t last = nick.size() - kWord;
  for (std::size_t at = 0; at < last; at += kWord) {
    hash = mix(fold(word_at<std::uint64_t>(nick, at)) ^ kSecond, hash);
  }
  return mix(fold(word_at<std::uint64_t>(nick, last)) ^ kSecond, hash);
}

}  // namespace hookline::hub
