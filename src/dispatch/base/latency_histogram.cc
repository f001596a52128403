#include "dispatch/base/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "hookline/stats.h"

namespace hookline::detail {

std::size_t LatencyHistogram::bucket_of(std::uint64_t value) noexcept {
  constexpr std::uint64_t kLinear = 1u << kSubBits;
  if (value < kLinear) {
    return value;
  }
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - kSubBits - 1;
  return ((shift + 1) << kSubBits) + ((value >> shift) - kLinear);
}

std::uint64_t LatencyHistogram::top_of(std::size_t bucket) noexcept {
  constexpr std::uint64_t kLinear = 1u << kSubBits;
  if (bucket < kLinear) {
    return bucket;
  }
  const auto shift = static_cast<unsigned>(bucket >> kSubBits) - 1;
  const std::uint64_t first = (kLinear + (bucket & (kLinear - 1))) << shift;
  return first + ((std::uint64_t{1} << shift) - 1);
}

void LatencyHistogram::record(std::uint64_t value, std::uint64_t weight) noexcept {
  // There is one writer, so a load and a store make a correct addition.
  auto& count = counts_[bucket_of(value)];
  count.store(count.load(std::memory_order_relaxed) + weight, std::memory_order_relaxed);
}

std::uint64_t LatencyHistogram::count() const noexcept {
  std::uint64_t total = 0;
  for (const auto& count : counts_) {
    total += count.load(std::memory_order_relaxed);
  }
  return total;
}

std::uint64_t LatencyHistogram::rank_of(double quantile, std::uint64_t total) noexcept {
  const double clamped = std::clamp(quantile, 0.0, 1.0);
  return std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(std::ceil(clamped * static_cast<double>(total))), 1, total);
}

// The loop always reaches `rank`: counts only grow, so it finds at least the total that its caller
// has read before.
std::uint64_t LatencyHistogram::value_at(std::uint64_t rank) const noexcept {
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  for (; bucket < kBuckets - 1; ++bucket) {
    seen += counts_[bucket].load(std::memory_order_relaxed);
    if (seen >= rank) {
      break;
    }
  }
  return top_of(bucket);
}

std::uint64_t LatencyHistogram::percentile(double quantile) const noexcept {
  const std::uint64_t total = count();
  return total == 0 ? 0 : value_at(rank_of(quantile, total));
}

LatencySummary LatencyHistogram::summary() const noexcept {
  std::uint64_t total = 0;
  std::size_t highest = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    if (const auto here = counts_[bucket].load(std::memory_order_relaxed); here != 0) {
      total += here;
      highest = bucket;
    }
  }
  if (total == 0) {
    return {};
  }
  // The ranks refer to the total that was read above, so values that arrive meanwhile cannot lift
  // the percentiles above the maximum.
  return {.count = total,
          .p50 = Duration(value_at(rank_of(0.5, total))),
          .p99 = Duration(value_at(rank_of(0.99, total))),
          .max = Duration(top_of(highest))};
}

}  // namespace hookline::detail
