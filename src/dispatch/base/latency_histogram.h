#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "hookline/stats.h"

namespace hookline::detail {

// Counts values in log-linear buckets, 32 to each power of two, so that a value which is read back
// is at most 1/32 too large. It has a fixed size and allocates nothing.
//
// Thread safety: one thread records; any thread reads without a lock, and sees each count exactly.
class LatencyHistogram {
 public:
  // `weight`: the number of values that this one stands for, if only a sample is measured.
  void record(std::uint64_t value, std::uint64_t weight = 1) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept;

  // Returns the value that the fraction `quantile` (0 to 1) of the recorded values does not exceed;
  // 0 if nothing was recorded.
  [[nodiscard]] std::uint64_t percentile(double quantile) const noexcept;

  // Its parts agree (p50 <= p99 <= max) even while another thread records. It reads 15 KB, which
  // takes about a microsecond. REQUIRES: the recorded values are nanoseconds.
  [[nodiscard]] LatencySummary summary() const noexcept;

 private:
  static constexpr unsigned kSubBits = 5;
  static constexpr std::size_t kBuckets = (64 - kSubBits + 1) << kSubBits;

  static std::size_t bucket_of(std::uint64_t value) noexcept;
  // Returns the largest value of a bucket.
  static std::uint64_t top_of(std::size_t bucket) noexcept;
  // Returns how many of `total` values the fraction `quantile` makes up, at least one.
  static std::uint64_t rank_of(double quantile, std::uint64_t total) noexcept;
  // Returns the value at position `rank` of the sorted values. REQUIRES: rank <= count().
  [[nodiscard]] std::uint64_t value_at(std::uint64_t rank) const noexcept;

  std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
};

}  // namespace hookline::detail
