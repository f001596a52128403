#include "dispatch/base/cache_flush.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace hookline {

using namespace detail;

namespace {

using Clock = std::chrono::steady_clock;

// One page for each line, so that the processor does not prefetch one line with another.
struct alignas(4096) Page {
  volatile int number = 0;
};

// Returns the shortest time in which all pages were read: interruptions only make reading slower.
Clock::duration shortest_read(std::array<Page, 16>& pages, bool flush) {
  auto shortest = Clock::duration::max();
  for (int round = 0; round < 1'000; ++round) {
    for (Page& page : pages) {
      page.number = round;
      if (flush) {
        CacheFlush::lines(&page, 1);
      }
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    const Clock::time_point start = Clock::now();
    int sum = 0;
    for (const Page& page : pages) {
      sum += page.number;
    }
    shortest = std::min(shortest, Clock::now() - start);
    EXPECT_EQ(sum, round * static_cast<int>(pages.size()));
  }
  return shortest;
}

TEST(CacheFlush, LeavesTheLinesInNoCacheAndLosesNothing) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("clflushopt")) {
    GTEST_SKIP() << "this processor has no clflushopt";
  }
#else
  GTEST_SKIP() << "only x86-64 has clflushopt";
#endif
  std::array<Page, 16> pages;
  EXPECT_GT(shortest_read(pages, true), shortest_read(pages, false));
}

}  // namespace
}  // namespace hookline
