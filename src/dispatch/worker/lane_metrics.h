#pragma once

#include <cstdint>

#include "dispatch/base/latency_histogram.h"
#include "dispatch/call/call.h"

namespace hookline::detail {

// How long the calls of one mailbox take. Waiting is from being accepted to being started, running
// from there to the end of finish().
//
// A clock costs as much as half a call, so not every one is measured: the first call after the
// mailbox was empty always is (waking the worker costs far more), and of those behind it one in
// kSampled, which then counts kSampled times. So the figures of a quiet script are exact, and those
// of a busy one are a sample.
//
// Which ones must not depend on the rhythm in which calls come: with each 64th, of a host that
// posts in bursts of 64 no call but the first of each would ever be measured. So the numbers of the
// calls are multiplied by the golden ratio, whose fractions fill the unit interval evenly, whatever
// step one takes through them; a call is measured if its fraction is in the first 1/kSampled of it.
//
// Thread safety: the worker records, any thread reads without a lock.
struct LaneMetrics {
  static constexpr std::uint32_t kSampled = 64;

  LatencyHistogram queue_wait_ns;
  LatencyHistogram run_ns;
  LatencyHistogram total_ns;

  // For the poster: whether the call with this number is measured.
  [[nodiscard]] static bool samples(std::uint64_t ticket) noexcept {
    constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;  // of 2^64
    return ticket * kGolden < UINT64_MAX / kSampled;
  }
  void record(const CallStamp& stamp, std::uint64_t started_ns, std::uint64_t ended_ns) noexcept;
};

// By the steady clock.
[[nodiscard]] std::uint64_t monotonic_ns() noexcept;

}  // namespace hookline::detail
