#include "dispatch/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hookline {

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
  // There is one writer, so that a load and a store are an addition.
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

std::uint64_t LatencyHistogram::percentile(double quantile) const noexcept {
  const std::uint64_t total = count();
  if (total == 0) {
    return 0;
  }
  const double clamped = std::clamp(quantile, 0.0, 1.0);
  const auto rank = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(clamped * static_cast<double>(total))));
  std::uint64_t seen = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const auto here = counts_[i].load(std::memory_order_relaxed);
    seen += here;
    last = here != 0 ? i : last;
    if (seen >= rank) {
      return top_of(i);
    }
  }
  return top_of(last);
}

}  // namespace hookline
