#include "dispatch/wait/timer_service.h"

#include <pthread.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <new>
#include <utility>

namespace hookline::detail {
namespace {

// Timers expire on this stack, and with them run continuations of futures, which are host code.
constexpr std::size_t kTimerStackBytes = std::size_t{8} << 20;

}  // namespace

void TimerHeap::make_room(std::size_t more) {
  if (timers_.capacity() - timers_.size() < more) {
    timers_.reserve(std::max(2 * timers_.capacity(), timers_.size() + more));
  }
}

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

TimerService::TimerService(Clock& clock, CreateThread create_thread)
    : clock_(clock), create_thread_(create_thread) {}

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

bool TimerService::try_schedule(Timer& timer, TimePoint when) noexcept {
  bool earlier = false;
  try {
    const std::scoped_lock lock(mutex_);
    // There is always room for the timer that is expiring, which may need it without memory.
    heap_.make_room(&timer == expiring_ ? 1 : 2);
    start_thread();  // it finds the timer when it gets the lock
    heap_.insert(timer, when);
    earlier = when < next_;
    if (earlier) {
      next_ = when;
    }
  } catch (const std::bad_alloc&) {
    return false;
  }
  if (earlier) {
    parker_.unpark();
  }
  return true;
}

void TimerService::start_thread() {
  if (!thread_.joinable()) {
    if (auto thread = OsThread::start([this] { run(); }, kTimerStackBytes, create_thread_)) {
      thread_ = std::move(*thread);
    }
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
  expiring_ = &timer;
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
