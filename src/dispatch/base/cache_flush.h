#pragma once

#include <cstddef>

#include "dispatch/base/prefetch.h"

namespace hookline::detail {

// Writes cache lines that another core is going to write back to memory, and so removes them from
// the caches of both cores.
//
// A line that one core has written and another has read is in both caches. Before the first core
// writes it again, the line must be taken from the reader. The store does this in the background,
// but the next locked instruction waits for the store. That takes 150 ns a line between cores that
// do not share a cache, and prefetching does not help, because the writer already has the line,
// only not exclusively. A line that is in no cache is prefetched by the processor itself.
//
// A flush costs the reader 8 ns a line, so it is for a reader that has time to spare
// (PollBackoff::poster_was_slow()).
//
// Thread safety: all methods from any thread. It does nothing on a processor without clflushopt.
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

 private:
  static const bool kAvailable;  // false until its static initialization has run
};

}  // namespace hookline::detail
