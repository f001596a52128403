#pragma once

#include <mutex>
#include <thread>

#include "dispatch/wait/timer.h"
#include "dispatch/wait/timer_heap.h"
#include "hookline/clock.h"
#include "hookline/detail/parker.h"

namespace hookline::detail {

// Lets timers expire at their time, on a thread of its own, which is started by the first timer:
// who uses no deadlines pays nothing.
//
// Thread safety: schedule() and cancel() from any thread. The destructor REQUIRES that nobody uses
// the service any more; timers that are still scheduled then never expire.
class TimerService {
 public:
  // `clock` must outlive the service.
  explicit TimerService(Clock& clock = Clock::system());
  TimerService(const TimerService&) = delete;
  TimerService& operator=(const TimerService&) = delete;
  ~TimerService();

  [[nodiscard]] Clock& clock() noexcept { return clock_; }

  // Expires `timer` once, at `when` or as soon as possible after it. REQUIRES: not scheduled.
  void schedule(Timer& timer, TimePoint when);

  // True: it was scheduled, and now is not and will not expire. False: it has expired, is just
  // doing so, or was not scheduled.
  bool cancel(Timer& timer) noexcept;

 private:
  void run();
  // The first timer that is due, taken out of the heap; nullptr: none until next_.
  Timer* take_due();

  Clock& clock_;
  std::mutex mutex_;
  TimerHeap heap_;
  TimePoint next_ = kNoDeadline;  // what the thread sleeps until
  bool stopping_ = false;
  Parker parker_;
  std::thread thread_;
};

}  // namespace hookline::detail
