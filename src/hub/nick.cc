#include "hub/nick.h"

#include <algorithm>
#include <cstdint>

namespace hookline {
namespace {

char fold(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::string fold_nick(std::string_view nick) {
  std::string out(nick);
  std::ranges::transform(out, out.begin(), fold);
  return out;
}

bool same_nick(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, fold, fold);
}

std::size_t NickHash::operator()(std::string_view nick) const noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : nick) {
    hash = (hash ^ static_cast<unsigned char>(fold(c))) * 0x100000001b3u;
  }
  return hash;
}

}  // namespace hookline
