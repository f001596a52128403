#include "dispatch/base/latency_histogram.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>

#include "hookline/stats.h"

namespace hookline {

using namespace detail;

namespace {

TEST(LatencyHistogram, IsEmptyAtFirst) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.percentile(0.5), 0u);
}

TEST(LatencyHistogram, IsExactForSmallValues) {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1; value <= 20; ++value) {
    histogram.record(value);
  }
  EXPECT_EQ(histogram.percentile(0), 1u);
  EXPECT_EQ(histogram.percentile(0.5), 10u);
  EXPECT_EQ(histogram.percentile(1), 20u);
}

TEST(LatencyHistogram, IsNeverTooLowAndAtMostAThirtySecondTooHigh) {
  for (std::uint64_t value = 1; value < (std::uint64_t{1} << 62); value = value * 3 + 1) {
    LatencyHistogram histogram;
    histogram.record(value);
    EXPECT_GE(histogram.percentile(1), value);
    EXPECT_LE(histogram.percentile(1), value + value / 32);
  }
}

TEST(LatencyHistogram, HoldsTheLargestNumber) {
  LatencyHistogram histogram;
  histogram.record(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(histogram.percentile(0.5), std::numeric_limits<std::uint64_t>::max());
}

TEST(LatencyHistogram, FindsTheTail) {
  LatencyHistogram histogram;
  for (int i = 0; i < 99; ++i) {
    histogram.record(10);
  }
  histogram.record(31);
  EXPECT_EQ(histogram.percentile(0.99), 10u);
  EXPECT_EQ(histogram.percentile(0.995), 31u);
}

TEST(LatencyHistogram, WeighsWhatStandsForMany) {
  LatencyHistogram histogram;
  histogram.record(5, 98);
  histogram.record(7);
  histogram.record(9);
  EXPECT_EQ(histogram.count(), 100u);
  EXPECT_EQ(histogram.percentile(0.98), 5u);
  EXPECT_EQ(histogram.percentile(0.99), 7u);
  EXPECT_EQ(histogram.percentile(1), 9u);
}

TEST(LatencyHistogram, IsSummedUp) {
  LatencyHistogram histogram;
  const LatencySummary none = histogram.summary();
  EXPECT_EQ(none.count, 0u);
  EXPECT_EQ(none.p50, Duration::zero());
  EXPECT_EQ(none.max, Duration::zero());
  for (std::uint64_t value = 1; value <= 1000; ++value) {
    histogram.record(value * 1000);
  }
  const LatencySummary summary = histogram.summary();
  EXPECT_EQ(summary.count, 1000u);
  EXPECT_EQ(summary.p50, Duration(histogram.percentile(0.5)));
  EXPECT_EQ(summary.p99, Duration(histogram.percentile(0.99)));
  EXPECT_EQ(summary.max, Duration(histogram.percentile(1)));
  EXPECT_GE(summary.p50, std::chrono::microseconds(500));
  EXPECT_LE(summary.p50, std::chrono::nanoseconds(500'000 + 500'000 / 32));
  EXPECT_GE(summary.max, std::chrono::milliseconds(1));
}

// Larger values arrive all the time, but a reader never gets a p99 above the maximum.
TEST(LatencyHistogram, ASummaryAgreesWithItselfWhileItIsWritten) {
  LatencyHistogram histogram;
  std::atomic<bool> is_done{false};
  std::thread reader([&] {
    while (!is_done) {
      const LatencySummary summary = histogram.summary();
      EXPECT_LE(summary.p50, summary.p99);
      EXPECT_LE(summary.p99, summary.max);
    }
  });
  for (std::uint64_t i = 1; i < 20'000; ++i) {
    histogram.record(i * i, 64);
  }
  is_done = true;
  reader.join();
  EXPECT_EQ(histogram.summary().count, 19'999u * 64u);
}

TEST(LatencyHistogram, MayBeReadWhileItIsWritten) {
  constexpr std::uint64_t kRecords = 20'000;
  LatencyHistogram histogram;
  std::atomic<bool> is_done{false};
  std::thread reader([&] {
    std::uint64_t last = 0;
    while (!is_done) {
      const auto count = histogram.count();
      EXPECT_GE(count, last);
      last = count;
      EXPECT_LE(histogram.percentile(0.5), 1100u);
    }
  });
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    histogram.record(i % 1000);
  }
  is_done = true;
  reader.join();
  EXPECT_EQ(histogram.count(), kRecords);
}

}  // namespace
}  // namespace hookline
