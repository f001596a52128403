#pragma once

#include <chrono>

namespace [[gnu::visibility("default")]] hookline {

namespace detail {
class Parker;
}  // namespace detail

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

inline constexpr TimePoint kNoDeadline = TimePoint::max();
// A timeout without a limit.
inline constexpr Duration kForever = Duration::max();

// Tells the time for timers and deadlines. Tests replace it with a clock that they move by hand.
// Thread safety: all methods from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  // Returns a time that is up to a few milliseconds behind now(), and several times as quick to
  // read.
  [[nodiscard]] virtual TimePoint coarse_now() const { return now(); }
  // Parks the calling thread, which owns `parker`, until another thread unparks it or this clock
  // reaches `deadline`. May return earlier for no reason.
  virtual void park_until(detail::Parker& parker, TimePoint deadline) = 0;
  // Returns the monotonic clock of the system, which is never destroyed.
  [[nodiscard]] static Clock& system();
};

namespace detail {

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

}  // namespace detail
}  // namespace hookline
