#pragma once

// Converts between durations and deadlines.

#include "hookline/clock.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// Returns the time at which `timeout` from now is over by that clock; kNoDeadline for kForever.
[[nodiscard]] inline TimePoint deadline_after(const Clock& clock, Duration timeout) {
  if (timeout == kForever) {
    return kNoDeadline;
  }
  const TimePoint now = clock.now();
  return timeout < kNoDeadline - now ? now + timeout : kNoDeadline;
}

// Returns the time until `deadline` by the system clock; kForever if there is no limit.
[[nodiscard]] inline Duration time_left(TimePoint deadline) {
  return deadline == kNoDeadline ? kForever : deadline - Clock::system().now();
}

}  // namespace hookline::detail
#pragma GCC visibility pop
