#include "dispatch/base/cache_flush.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace hookline {

using namespace detail;

namespace {

struct alignas(64) Line {
  std::atomic<std::uint64_t> number{0};
};

TEST(CacheFlush, LosesNothingThatWasWritten) {
  std::array<Line, 64> lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines.at(i).number = i;
  }
  CacheFlush::lines(lines.data(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines.at(i).number, i);
  }
}

TEST(CacheFlush, DoesNotDisturbWhoIsWritingTheLine) {
  Line line;
  std::atomic<bool> done{false};
  std::thread flusher([&] {
    while (!done) {
      CacheFlush::lines(&line, 1);
    }
  });
  constexpr std::uint64_t kTimes = 10'000;
  for (std::uint64_t i = 0; i < kTimes; ++i) {
    line.number.store(line.number.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  done = true;
  flusher.join();
  EXPECT_EQ(line.number, kTimes);
}

}  // namespace
}  // namespace hookline
