#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "dispatch/exec/loop_executor.h"
#include "hookline/clock.h"
#include "hookline/hook.h"
#include "hookline/loop.h"
#include "plugin/event/event.h"

namespace hookline::detail {

// Serves an event loop: keeps the events whose decisions it awaits, oldest first, with the timer
// that ends the wait, and wakes the scripts that they were sent to at the end of the loop's turns.
//
// Each decision is delivered once: when the last script has answered, at the deadline, or when the
// queue closes. When a script has let a deadline pass, the events behind that wait for nothing but
// late scripts do not wait for their own deadline.
//
// Thread safety: only the loop's thread may use it, except for executor().post().
class PendingDecisions final : public EventListener {
 public:
  // Starts the loop, and passes on what that throws. Takes events from `pool`, which must outlive
  // this, and keeps them for later ones.
  PendingDecisions(std::shared_ptr<EventLoop> loop, EventPool& pool, const Clock& clock,
                   Duration deadline);
  PendingDecisions(const PendingDecisions&) = delete;
  PendingDecisions& operator=(const PendingDecisions&) = delete;
  // Calls close().
  ~PendingDecisions() override;

  [[nodiscard]] bool is_on(const EventLoop& loop) const noexcept { return loop_ == &loop; }

  // Returns the executor to which events are posted when their scripts have answered.
  [[nodiscard]] LoopExecutor& executor() noexcept { return executor_; }

  // Returns an event whose decision is awaited from now on. The caller must then send it with
  // executor(). Throws std::bad_alloc before that.
  [[nodiscard]] Event& await(DecisionHandler& handler);
  // Takes the event back if sending it has thrown std::bad_alloc.
  void take_back(Event& event) noexcept;

  // Called when all scripts have answered. Delivers the decision unless that was done, and takes
  // the event back.
  void answered(Event& event) noexcept override;

  // Delivers the decisions of events that are past their deadline.
  void expire();

  // Delivers all decisions. Nothing is delivered afterwards, and the executor discards its jobs.
  void close();

 private:
  [[nodiscard]] Event& take();
  [[nodiscard]] Event& take_from_pool();
  void give_back(Event& event) noexcept;
  void deliver(Event& event) noexcept;
  void link_before(Event* later, Event& event) noexcept;
  void unlink(Event& event) noexcept;
  void deliver_due(TimePoint now);
  // Makes the events due that wait for nothing but late scripts.
  void give_up_on_late(TimePoint now);
  void arm();
  // Returns the time of an event that is sent now.
  [[nodiscard]] TimePoint now();

  const EventLoop* const loop_;
  LoopExecutor executor_;
  const Clock& clock_;
  const bool keeps_time_;  // the loop tells its turns, and the clock is the system's
  TimePoint turn_time_;
  Duration deadline_;
  bool timer_runs_ = false;
  bool is_late_ = false;  // events may wait for a script that has let a deadline pass
  bool closed_ = false;
  // The unused events in spare_ leave and come back on this thread, so that the pool does not have
  // to find their owner.
  EventPool& pool_;
  std::vector<Event*> spare_;  // has room for all of them
  std::size_t taken_ = 0;      // from the pool
  Event* oldest_ = nullptr;
  Event* newest_ = nullptr;
};

}  // namespace hookline::detail
