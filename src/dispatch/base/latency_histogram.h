#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hookline::detail {

// What a histogram of nanoseconds says in short. Each time is the top of its bucket: never too low,
// at most 1/32 too high.
struct LatencySummary {
  std::uint64_t count = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  std::uint64_t max_ns = 0;
};

// Counts of values in log-linear buckets: 32 to each power of two, so that what is read back is at
// most 1/32 too large. Fixed size, no allocation.
//
// Thread safety: one thread records; any thread reads, lock-free, and sees each count exactly.
class LatencyHistogram {
 public:
  // `weight`: how many values this one stands for, where only some are measured.
  void record(std::uint64_t value, std::uint64_t weight = 1) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept;

  // The value that `quantile` (0 to 1) of the recorded ones do not exceed; 0 if there are none.
  [[nodiscard]] std::uint64_t percentile(double quantile) const noexcept;

  // REQUIRES: what is recorded is nanoseconds. Its parts agree (p50 <= p99 <= max) while the
  // histogram is written, too. Reads 15 KB: about a microsecond.
  [[nodiscard]] LatencySummary summary_ns() const noexcept;

 private:
  static constexpr unsigned kSubBits = 5;
  static constexpr std::size_t kBuckets = (64 - kSubBits + 1) << kSubBits;

  static std::size_t bucket_of(std::uint64_t value) noexcept;
  // The largest value of a bucket.
  static std::uint64_t top_of(std::size_t bucket) noexcept;
  // How many of `total` values `quantile` of them are, at least one.
  static std::uint64_t rank_of(double quantile, std::uint64_t total) noexcept;
  // The value at this place in their order. REQUIRES: so many have been recorded.
  [[nodiscard]] std::uint64_t value_at(std::uint64_t rank) const noexcept;

  std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
};

}  // namespace hookline::detail
