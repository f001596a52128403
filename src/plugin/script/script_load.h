#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/future.h"
#include "hookline/hook.h"

namespace hookline::detail {

// A load() that has not ended: its caller's promise, and its time limit.
//
// Ownership: the script's record has it until one of three ends the load: the script itself,
// unload(), or the limit. A scheduled limit keeps it alive as well.
//
// Thread safety: start() before any other; the rest from any thread.
class ScriptLoad final : private Timer, public std::enable_shared_from_this<ScriptLoad> {
 public:
  explicit ScriptLoad(TimerService& timers) : timers_(timers) {}

  [[nodiscard]] Future<ScriptId> future() { return done_.future(); }

  // Calls `expired` on the timer's thread at `limit`, unless finish() comes first.
  void start(TimePoint limit, std::function<void()> expired) {
    if (limit == kNoDeadline) {
      return;
    }
    expired_ = std::move(expired);
    self_ = shared_from_this();
    timers_.schedule(*this, limit);
  }

  // Tells the caller. REQUIRES: called once, without the registry's lock: what the caller has
  // attached to its future runs here.
  void finish(Result<ScriptId> result) {
    if (timers_.cancel(*this)) {
      self_.reset();
    }
    done_.set(std::move(result));
  }

 private:
  void expire() noexcept override {
    const std::shared_ptr<ScriptLoad> self = std::move(self_);
    expired_();
  }

  TimerService& timers_;
  Promise<ScriptId> done_;
  std::function<void()> expired_;
  std::shared_ptr<ScriptLoad> self_;  // set while the limit is scheduled
};

}  // namespace hookline::detail
