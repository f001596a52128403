#pragma once

#include <uv.h>

#include <cstddef>
#include <vector>

#include "dispatch/exec/loop_executor.h"
#include "hookline/clock.h"
#include "plugin/event/event.h"

namespace hookline::detail {

// The events whose verdicts the event loop awaits, oldest first, and the timer that ends the wait.
//
// Each verdict is delivered once: when the last script has answered, at the deadline, or when the
// queue closes.
//
// Thread safety: none; the loop's thread, but for executor().post().
class PendingVerdicts {
 public:
  // Takes its events from `pool`, which must outlive it, and keeps them for the next ones.
  PendingVerdicts(uv_loop_t* loop, EventPool& pool, const Clock& clock, Duration deadline,
                  bool late_allows);
  PendingVerdicts(const PendingVerdicts&) = delete;
  PendingVerdicts& operator=(const PendingVerdicts&) = delete;
  // close().
  ~PendingVerdicts();

  // Where events are posted when their scripts have answered.
  [[nodiscard]] LoopExecutor& executor() noexcept { return executor_; }

  // An event whose verdict is awaited. Send it then, with executor().
  [[nodiscard]] Event& await(VerdictHandler& handler);

  // All scripts have answered: delivers, unless that was done. The event goes back.
  void answered(Event& event) noexcept;

  // Delivers what is past its deadline.
  void expire();

  // Delivers everything, and nothing after that. The executor discards from here on.
  void close();

 private:
  [[nodiscard]] Event& take();
  void give_back(Event& event) noexcept;
  void deliver(Event& event) noexcept;
  void unlink(Event& event) noexcept;
  void arm();
  // When an event that is fired now was fired.
  [[nodiscard]] TimePoint now();

  struct Timer;  // outlives the queue until libuv has closed it
  uv_loop_t* loop_;
  LoopExecutor executor_;
  const Clock& clock_;
  const bool has_loop_time_;
  Duration deadline_;
  bool late_allows_;
  Timer* timer_ = nullptr;
  // Those that are not on their way: they leave and come back on this thread, without the pool's
  // having to find out whose they are.
  EventPool& pool_;
  std::vector<Event*> spare_;
  Event* oldest_ = nullptr;
  Event* newest_ = nullptr;
};

}  // namespace hookline::detail
