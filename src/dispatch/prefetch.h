#pragma once

#include <cstddef>

namespace hookline {

// Fetches the first bytes of an object from the cache of another core, to be written here. Takes
// about as long as a short call runs, so it is asked for that much ahead.
template <std::size_t Size>
void prefetch(const void* object) noexcept {
  constexpr std::size_t kLine = 64;
  for (std::size_t at = 0; at < Size; at += kLine) {
    __builtin_prefetch(static_cast<const std::byte*>(object) + at, 1);
  }
}

}  // namespace hookline
