#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/future.h"

namespace hookline::detail {

// A reload() that has not ended: its caller's promise, and its time limit.
//
//   kLoading ---- try_take_over(): the fresh code is there ----> kTakesOver ---- finish()
//      |
//      +--------- the limit passed ----> kExpired: the fresh code is ended when it is there
//
// Ownership: shared by the registry's callbacks. A scheduled limit keeps it alive as well.
//
// Thread safety: start() before any other; the rest from any thread.
class ScriptReload final : private Timer, public std::enable_shared_from_this<ScriptReload> {
 public:
  explicit ScriptReload(TimerService& timers) : timers_(timers) {}

  [[nodiscard]] Future<void> future() { return done_.future(); }

  // Calls `expired` on the timer's thread at `limit`, unless the fresh code is there before.
  void start(TimePoint limit, std::function<void()> expired) {
    if (limit == kNoDeadline) {
      return;
    }
    expired_ = std::move(expired);
    self_ = shared_from_this();
    timers_.schedule(*this, limit);
  }

  // Returns false if the limit has passed.
  [[nodiscard]] bool try_take_over() noexcept { return try_leave_loading(State::kTakesOver); }

  // Tells the caller, unless the limit has passed.
  void finish(Result<void> result) {
    if (timers_.cancel(*this)) {
      self_.reset();
    }
    if (try_leave_loading(State::kTakesOver) || state_.load() == State::kTakesOver) {
      done_.set(std::move(result));
    }
  }

 private:
  enum class State : std::uint8_t { kLoading, kTakesOver, kExpired };

  bool try_leave_loading(State next) noexcept {
    State loading = State::kLoading;
    return state_.compare_exchange_strong(loading, next);
  }
  void expire() noexcept override {
    const std::shared_ptr<ScriptReload> self = std::move(self_);
    if (try_leave_loading(State::kExpired)) {
      expired_();
      done_.set(fail(ErrorCode::kDeadlineExceeded,
                     "the fresh code has not been loaded within the load_limit; the old goes on"));
    }
  }

  TimerService& timers_;
  Promise<void> done_;
  std::function<void()> expired_;
  std::shared_ptr<ScriptReload> self_;  // set while the limit is scheduled
  std::atomic<State> state_{State::kLoading};
};

}  // namespace hookline::detail
