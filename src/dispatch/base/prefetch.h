#pragma once

#include <cstddef>
#include <cstdint>

namespace hookline::detail {

inline constexpr std::size_t kCacheLine = 64;

// The address so many bytes behind an object, to be fetched and nothing else: there need not be
// anything.
inline const void* behind(const void* object, std::size_t bytes) noexcept {
  return reinterpret_cast<const void*>(  // NOLINT(performance-no-int-to-ptr)
      reinterpret_cast<std::uintptr_t>(object) + bytes);
}

// Fetches the first bytes of an object from the cache of another core, to be written here. Takes
// about as long as a short call runs, so it is asked for that much ahead.
template <std::size_t Size>
void prefetch(const void* object) noexcept {
  for (std::size_t at = 0; at < Size; at += kCacheLine) {
    __builtin_prefetch(behind(object, at), 1);
  }
}

// The same for a number of cache lines that is known only now.
inline void prefetch_lines(const void* object, std::size_t lines) noexcept {
  for (std::size_t at = 0; at < lines; ++at) {
    prefetch<kCacheLine>(behind(object, at * kCacheLine));
  }
}

// As above, but to be read here.
inline void prefetch_to_read(const void* object, std::size_t lines) noexcept {
  for (std::size_t at = 0; at < lines; ++at) {
    __builtin_prefetch(behind(object, at * kCacheLine), 0);
  }
}

}  // namespace hookline::detail
