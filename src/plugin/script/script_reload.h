#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "hookline/clock.h"
#include "hookline/future.h"
#include "plugin/script/limited_promise.h"

namespace hookline::detail {

// A reload() that has not ended.
//
//   kLoading ---- try_take_over(): the fresh code is there ----> kTakesOver ---- finish()
//      |
//      +--------- the limit passed ----> kExpired: the fresh code is ended when it is there
//
// Ownership: shared by the registry's callbacks, and by a limit that is scheduled.
//
// Thread safety: start() before any other; the rest from any thread.
class ScriptReload final : public std::enable_shared_from_this<ScriptReload> {
 public:
  explicit ScriptReload(TimerService& timers)
      : promise_(std::make_shared<LimitedPromise<void>>(timers)) {}

  [[nodiscard]] Future<void> future() { return promise_->future(); }

  // Calls `expired` on the timer's thread at `limit`, unless the fresh code is there before.
  void start(TimePoint limit, std::function<void()> expired) {
    promise_->start(limit, [self = shared_from_this(), expired = std::move(expired)] {
      if (self->try_leave_loading(State::kExpired)) {
        expired();
        self->promise_->finish(
            fail(ErrorCode::kDeadlineExceeded,
                 "the fresh code has not been loaded within the load_limit; the old goes on"));
      }
    });
  }

  // Returns false if the limit has passed.
  [[nodiscard]] bool try_take_over() noexcept { return try_leave_loading(State::kTakesOver); }

  // Tells the caller, unless the limit has passed.
  void finish(Result<void> result) {
    if (try_take_over() || state_.load() == State::kTakesOver) {
      promise_->finish(std::move(result));
    }
  }

 private:
  enum class State : std::uint8_t { kLoading, kTakesOver, kExpired };

  bool try_leave_loading(State next) noexcept {
    State loading = State::kLoading;
    return state_.compare_exchange_strong(loading, next);
  }

  const std::shared_ptr<LimitedPromise<void>> promise_;
  std::atomic<State> state_{State::kLoading};
};

}  // namespace hookline::detail
