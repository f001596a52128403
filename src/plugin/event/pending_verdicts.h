#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "dispatch/exec/loop_executor.h"
#include "hookline/clock.h"
#include "hookline/loop.h"
#include "plugin/event/event.h"

namespace hookline::detail {

// Serves an event loop: keeps the events whose verdicts it awaits, oldest first, with the timer
// that ends the wait, and wakes the scripts that they were sent to at the end of the loop's turns.
//
// Each verdict is delivered once: when the last script has answered, at the deadline, or when the
// queue closes.
//
// Thread safety: only the loop's thread may use it, except for executor().post().
class PendingVerdicts {
 public:
  // Starts the loop, and passes on what that throws. Takes events from `pool`, which must outlive
  // this, and keeps them for later ones.
  PendingVerdicts(std::shared_ptr<EventLoop> loop, EventPool& pool, const Clock& clock,
                  Duration deadline, bool late_allows);
  PendingVerdicts(const PendingVerdicts&) = delete;
  PendingVerdicts& operator=(const PendingVerdicts&) = delete;
  // Calls close().
  ~PendingVerdicts();

  // Returns the executor to which events are posted when their scripts have answered.
  [[nodiscard]] LoopExecutor& executor() noexcept { return executor_; }

  // Returns an event whose verdict is awaited from now on. The caller must then send it with
  // executor().
  [[nodiscard]] Event& await(VerdictHandler& handler);

  // Called when all scripts have answered. Delivers the verdict unless that was done, and takes the
  // event back.
  void answered(Event& event) noexcept;

  // Delivers the verdicts of events that are past their deadline.
  void expire();

  // Delivers all verdicts. Nothing is delivered afterwards, and the executor discards its jobs.
  void close();

 private:
  [[nodiscard]] Event& take();
  void give_back(Event& event) noexcept;
  void deliver(Event& event) noexcept;
  void unlink(Event& event) noexcept;
  void arm();
  // Returns the time of an event that is fired now.
  [[nodiscard]] TimePoint now();

  LoopExecutor executor_;
  const Clock& clock_;
  const bool keeps_time_;  // the loop tells its turns, and the clock is the system's
  TimePoint turn_time_;
  Duration deadline_;
  bool late_allows_;
  bool timer_runs_ = false;
  bool closed_ = false;
  // The unused events in spare_ leave and come back on this thread, so that the pool does not have
  // to find their owner.
  EventPool& pool_;
  std::vector<Event*> spare_;
  Event* oldest_ = nullptr;
  Event* newest_ = nullptr;
};

}  // namespace hookline::detail
