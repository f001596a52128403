#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "dispatch/base/os_thread.h"
#include "dispatch/wait/parker.h"
#include "hookline/clock.h"

namespace hookline::detail {

// Something that happens once, at a given time. Intrusive: the thread that schedules a timer owns
// it and keeps it until the timer has been cancelled or has expired.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer() = default;

  // Is called on the timer thread, without any lock. Must neither throw nor block. May destroy the
  // timer, schedule it again, or cancel others.
  virtual void expire() noexcept = 0;

 private:
  friend class TimerHeap;
  static constexpr std::size_t kNotScheduled = SIZE_MAX;
  TimePoint when_;
  std::size_t place_ = kNotScheduled;
};

// Keeps a heap of timers, the earliest first. Each timer knows its place, so that removing one from
// the middle costs no more than inserting one.
//
// Thread safety: none. The heap does not own the timers.
class TimerHeap {
 public:
  [[nodiscard]] bool empty() const noexcept { return timers_.empty(); }
  // REQUIRES: !empty().
  [[nodiscard]] Timer& first() const noexcept { return *timers_.front(); }
  [[nodiscard]] TimePoint first_time() const noexcept { return timers_.front()->when_; }

  // Makes room for so many more timers: inserting them allocates nothing.
  void make_room(std::size_t more);
  // REQUIRES: `timer` is not in a heap. Throws std::bad_alloc only without make_room().
  void insert(Timer& timer, TimePoint when);
  // Returns false if `timer` was not in the heap.
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

// Expires timers at their time, on a thread of its own. The first timer starts the thread, so a
// host without deadlines pays nothing.
//
// Thread safety: try_schedule() and cancel() from any thread. The destructor REQUIRES that no
// thread uses the service any more; timers that are still scheduled then never expire.
class TimerService {
 public:
  // `clock` must outlive the service. `create_thread` starts the thread.
  explicit TimerService(Clock& clock = Clock::system(),
                        CreateThread create_thread = pthread_create);
  TimerService(const TimerService&) = delete;
  TimerService& operator=(const TimerService&) = delete;
  ~TimerService();

  [[nodiscard]] Clock& clock() noexcept { return clock_; }

  // Expires `timer` once, at `when` or as soon as possible after it. If the system cannot give a
  // thread that watches the time, each later try_schedule() tries again; timers are late until
  // then. Returns false, and leaves the timer alone, if there is no memory for one more. That does
  // not happen to a timer that schedules itself again while it expires. REQUIRES: it is not
  // scheduled.
  [[nodiscard]] bool try_schedule(Timer& timer, TimePoint when) noexcept;

  // Returns true if the timer was scheduled: it will not expire. Returns false if it has expired,
  // is expiring just now, or was not scheduled.
  bool cancel(Timer& timer) noexcept;

 private:
  void run();
  // Starts the thread unless it runs. REQUIRES: mutex_.
  void start_thread();
  // Removes the first timer that is due and returns it; nullptr: none is due before next_.
  Timer* take_due();

  Clock& clock_;
  const CreateThread create_thread_;
  std::mutex mutex_;
  TimerHeap heap_;
  const Timer* expiring_ = nullptr;  // is expiring, or was the last one; only compare it
  TimePoint next_ = kNoDeadline;     // the thread sleeps until then
  bool stopping_ = false;
  Parker parker_;
  OsThread thread_;
};

}  // namespace hookline::detail
