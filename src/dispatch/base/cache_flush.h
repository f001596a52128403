#pragma once

#include <cstddef>

#include "dispatch/base/prefetch.h"

namespace hookline::detail {

// Gives cache lines that another core is going to write back to memory, out of both cores' caches.
//
// A line that one core has written and another has read is in both caches; before it is written
// again it must be taken away from the reader. The store waits for that unnoticed, but the next
// locked instruction waits for the store. Where the cores do not share a cache that is 150 ns a
// line, and fetching ahead does not help, since the writer has the line: it may only not write it.
// A line that nobody has, the processor fetches ahead by itself.
//
// Costs the reader 8 ns a line, so it is for one that has time (PollBackoff::waited_lately()).
//
// Thread safety: all of it. Where the processor cannot do it, nothing happens.
class CacheFlush {
 public:
  static void lines([[maybe_unused]] const void* object,
                    [[maybe_unused]] std::size_t count) noexcept {
#if defined(__x86_64__)
    for (std::size_t at = 0; kAvailable && at < count; ++at) {
      asm volatile("clflushopt (%0)" ::"r"(behind(object, at * kCacheLine)) : "memory");
    }
#endif
  }
  [[nodiscard]] static bool available() noexcept { return kAvailable; }

 private:
  static const bool kAvailable;  // false until it is known
};

}  // namespace hookline::detail
