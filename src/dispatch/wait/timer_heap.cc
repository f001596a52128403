#include "dispatch/wait/timer_heap.h"

#include <cassert>

namespace hookline::detail {

void TimerHeap::insert(Timer& timer, TimePoint when) {
  assert(timer.place_ == Timer::kNotScheduled);
  timers_.push_back(&timer);
  timer.when_ = when;
  timer.place_ = timers_.size() - 1;
  sift_up(timer.place_);
}

bool TimerHeap::remove(Timer& timer) noexcept {
  const std::size_t place = timer.place_;
  if (place == Timer::kNotScheduled) {
    return false;
  }
  timer.place_ = Timer::kNotScheduled;
  Timer& last = *timers_.back();
  timers_.pop_back();
  if (&last != &timer) {
    set(place, last);
    sift_up(place);
    sift_down(last.place_);
  }
  return true;
}

void TimerHeap::sift_up(std::size_t place) noexcept {
  Timer& timer = *timers_[place];
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (timers_[parent]->when_ <= timer.when_) {
      break;
    }
    set(place, *timers_[parent]);
    place = parent;
  }
  set(place, timer);
}

void TimerHeap::sift_down(std::size_t place) noexcept {
  Timer& timer = *timers_[place];
  while (true) {
    std::size_t child = (2 * place) + 1;
    if (child >= timers_.size()) {
      break;
    }
    if (child + 1 < timers_.size() && timers_[child + 1]->when_ < timers_[child]->when_) {
      ++child;
    }
    if (timer.when_ <= timers_[child]->when_) {
      break;
    }
    set(place, *timers_[child]);
    place = child;
  }
  set(place, timer);
}

}  // namespace hookline::detail
