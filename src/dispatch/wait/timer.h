#pragma once

#include <cstddef>
#include <cstdint>

#include "hookline/clock.h"

namespace hookline::detail {

// Something that happens at a time, once. Intrusive: whoever schedules it owns it, and keeps it
// until it has been cancelled or has expired.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer() = default;

  // Called on the timer thread, without any lock. Must neither throw nor block. May give the timer
  // back, schedule it again, or cancel others.
  virtual void expire() noexcept = 0;

 private:
  friend class TimerHeap;
  static constexpr std::size_t kNotScheduled = SIZE_MAX;
  TimePoint when_;
  std::size_t place_ = kNotScheduled;
};

}  // namespace hookline::detail
