#pragma once

#include <chrono>

namespace hookline {

namespace detail {
class Parker;
}  // namespace detail

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

inline constexpr TimePoint kNoDeadline = TimePoint::max();

// Where timers take their time from, so that tests move it by hand (tests/support/manual_clock.h).
// Thread safety: all methods from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  // As now(), but up to a few milliseconds behind, and several times as quick to read.
  [[nodiscard]] virtual TimePoint coarse_now() const { return now(); }
  // Parks the calling thread, which owns `parker`, until somebody unparks it or this clock has
  // reached `deadline`, or for no reason.
  virtual void park_until(detail::Parker& parker, TimePoint deadline) = 0;
  // The monotonic clock of the system. Lives for ever.
  [[nodiscard]] static Clock& system();
};

}  // namespace hookline
