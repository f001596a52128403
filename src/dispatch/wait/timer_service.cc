#include "dispatch/wait/timer_service.h"

#include <pthread.h>

namespace hookline::detail {

TimerService::TimerService(Clock& clock) : clock_(clock) {}

TimerService::~TimerService() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    while (!heap_.empty()) {
      heap_.remove(heap_.first());
    }
  }
  if (thread_.joinable()) {
    parker_.unpark();
    thread_.join();
  }
}

void TimerService::schedule(Timer& timer, TimePoint when) {
  bool earlier = false;
  {
    const std::scoped_lock lock(mutex_);
    heap_.insert(timer, when);
    earlier = when < next_;
    if (earlier) {
      next_ = when;
    }
    if (!thread_.joinable()) {
      thread_ = std::thread([this] { run(); });
    }
  }
  if (earlier) {
    parker_.unpark();
  }
}

bool TimerService::cancel(Timer& timer) noexcept {
  const std::scoped_lock lock(mutex_);
  return heap_.remove(timer);
}

Timer* TimerService::take_due() {
  const std::scoped_lock lock(mutex_);
  next_ = heap_.empty() ? kNoDeadline : heap_.first_time();
  if (next_ > clock_.now() || stopping_) {
    return nullptr;
  }
  Timer& timer = heap_.first();
  heap_.remove(timer);
  return &timer;
}

void TimerService::run() {
  pthread_setname_np(pthread_self(), "hl-timer");
  while (true) {
    while (Timer* timer = take_due()) {
      timer->expire();
    }
    TimePoint until = kNoDeadline;
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) {
        return;
      }
      until = next_;
    }
    clock_.park_until(parker_, until);
  }
}

}  // namespace hookline::detail
