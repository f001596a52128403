#include "dispatch/worker/lane_metrics.h"

#include <chrono>

namespace hookline::detail {

void LaneMetrics::record(const CallStamp& stamp, std::uint64_t started_ns,
                         std::uint64_t ended_ns) noexcept {
  const std::uint32_t weight = stamp.first() ? 1 : kSampled;
  queue_wait_ns.record(started_ns - stamp.posted_ns(), weight);
  run_ns.record(ended_ns - started_ns, weight);
  total_ns.record(ended_ns - stamp.posted_ns(), weight);
}

std::uint64_t monotonic_ns() noexcept {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

}  // namespace hookline::detail
