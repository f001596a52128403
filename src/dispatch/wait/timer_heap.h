#pragma once

#include <cstddef>
#include <vector>

#include "dispatch/wait/timer.h"

namespace hookline::detail {

// Timers by time, the earliest first. Each timer knows its place, so that taking one out from the
// middle costs no more than putting one in.
//
// Thread safety: none. Does not own the timers.
class TimerHeap {
 public:
  [[nodiscard]] bool empty() const noexcept { return timers_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return timers_.size(); }
  // REQUIRES: !empty().
  [[nodiscard]] Timer& first() const noexcept { return *timers_.front(); }
  [[nodiscard]] TimePoint first_time() const noexcept { return timers_.front()->when_; }

  // REQUIRES: it is not in a heap.
  void insert(Timer& timer, TimePoint when);
  // False: it was not in the heap.
  bool remove(Timer& timer) noexcept;

 private:
  void set(std::size_t place, Timer& timer) noexcept {
    timers_[place] = &timer;
    timer.place_ = place;
  }
  void sift_up(std::size_t place) noexcept;
  void sift_down(std::size_t place) noexcept;

  std::vector<Timer*> timers_;
};

}  // namespace hookline::detail
