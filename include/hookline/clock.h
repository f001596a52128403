#pragma once

#include <chrono>

#pragma GCC visibility push(default)
namespace hookline {

namespace detail {
class Parker;
}  // namespace detail

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

inline constexpr TimePoint kNoDeadline = TimePoint::max();
inline constexpr Duration kForever = Duration::max();  // It means that there is no limit.

// Tells the time for timers and deadlines. Only hookline's own tests can make another clock than
// system(), since Parker is not public. Thread safety: all methods from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  // Returns now() or up to a few milliseconds less, and is several times as quick.
  [[nodiscard]] virtual TimePoint coarse_now() const { return now(); }
  // Parks the calling thread, which owns `parker`, until another thread unparks it or this clock
  // reaches `deadline`. May return earlier for no reason.
  virtual void park_until(detail::Parker& parker, TimePoint deadline) = 0;
  // Returns the monotonic clock of the system, which is never destroyed.
  [[nodiscard]] static Clock& system();
};

}  // namespace hookline
#pragma GCC visibility pop
