#pragma once

#include <uv.h>

#include <memory>

#include "dispatch/clock.h"
#include "dispatch/loop_executor.h"
#include "plugin/event.h"

namespace hookline {

// The events whose verdicts the event loop awaits, oldest first, and the timer that ends the wait.
//
// Each verdict is delivered once: when the last script has answered, at the deadline, or when the
// queue closes.
//
// Thread safety: none; the loop's thread, but for executor().post().
class VerdictQueue {
 public:
  VerdictQueue(uv_loop_t* loop, const Clock& clock, Duration deadline, bool late_allows);
  VerdictQueue(const VerdictQueue&) = delete;
  VerdictQueue& operator=(const VerdictQueue&) = delete;
  // close().
  ~VerdictQueue();

  // Where events are posted when their scripts have answered.
  [[nodiscard]] LoopExecutor& executor() noexcept { return executor_; }

  // Takes note of an event. Call it before Event::send().
  void await(Event& event, VerdictHandler& handler);

  // All scripts have answered: delivers, unless that was done.
  void answered(Event& event) noexcept;

  // Delivers what is past its deadline.
  void expire();

  // Delivers everything, and nothing after that. The executor discards from here on.
  void close();

 private:
  void deliver(Event& event) noexcept;
  void unlink(Event& event) noexcept;
  void arm();

  struct Timer;  // outlives the queue until libuv has closed it
  LoopExecutor executor_;
  const Clock& clock_;
  Duration deadline_;
  bool late_allows_;
  Timer* timer_ = nullptr;
  Event* oldest_ = nullptr;
  Event* newest_ = nullptr;
};

}  // namespace hookline
