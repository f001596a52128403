#pragma once

#include <cstddef>
#include <cstdint>

namespace hookline::detail {

inline constexpr std::size_t kCacheLine = 64;

// Returns the address that lies `bytes` behind an object. Only prefetch it: the memory need not
// exist.
inline const void* behind(const void* object, std::size_t bytes) noexcept {
  return reinterpret_cast<const void*>(  // NOLINT(performance-no-int-to-ptr)
      reinterpret_cast<std::uintptr_t>(object) + bytes);
}

// Prefetches a cache line for writing. The compiler's own way would fetch it for reading, unless it
// compiles for processors that are known to have PREFETCHW: then the first write has to wait for
// the other core once more. All x86-64 processors accept the instruction.
inline void prefetch_line_to_write(const void* line) noexcept {
#if defined(__x86_64__)
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(line)));
#else
  __builtin_prefetch(line, 1);
#endif
}

// Prefetches the first bytes of an object for writing. Fetching them from another core's cache
// takes about as long as a short call runs, so callers prefetch that far ahead.
template <std::size_t Size>
void prefetch(const void* object) noexcept {
  for (std::size_t at = 0; at < Size; at += kCacheLine) {
    prefetch_line_to_write(behind(object, at));
  }
}

// Does the same for a number of cache lines that is known only at run time.
inline void prefetch_lines(const void* object, std::size_t lines) noexcept {
  for (std::size_t at = 0; at < lines; ++at) {
    prefetch<kCacheLine>(behind(object, at * kCacheLine));
  }
}

// Does the same for reading.
inline void prefetch_to_read(const void* object, std::size_t lines) noexcept {
  for (std::size_t at = 0; at < lines; ++at) {
    __builtin_prefetch(behind(object, at * kCacheLine), 0);
  }
}

}  // namespace hookline::detail
