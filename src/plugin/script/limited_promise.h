#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/future.h"

namespace hookline::detail {

// Is a promise with a time limit, at which a function is called unless the promise has been kept.
// The function may keep it.
//
// Ownership: shared. A scheduled limit keeps it alive as well. The function is destroyed once it
// has run, or the promise has been kept before, so it may refer to owners of this.
//
// Thread safety: start() before any other; the rest from any thread.
template <class T>
class LimitedPromise final : private Timer, public std::enable_shared_from_this<LimitedPromise<T>> {
 public:
  explicit LimitedPromise(TimerService& timers) : timers_(timers) {}

  [[nodiscard]] Future<T> future() { return done_.future(); }

  // Calls `expired`, which must not throw, on the timer's thread at `limit`. Returns false if there
  // is no memory for the limit.
  [[nodiscard]] bool start(TimePoint limit, std::function<void()> expired) noexcept {
    if (limit == kNoDeadline) {
      return true;
    }
    expired_ = std::move(expired);
    self_ = this->shared_from_this();
    if (!timers_.try_schedule(*this, limit)) {
      forget();
      return false;
    }
    return true;
  }

  // Keeps the promise. REQUIRES: called once, without a lock: continuations of the future run here.
  void finish(Result<T> result) noexcept {
    const std::shared_ptr<LimitedPromise> self = this->shared_from_this();
    if (timers_.cancel(*this)) {
      forget();
    }
    done_.set(std::move(result));
  }

 private:
  void forget() noexcept {
    self_.reset();
    expired_ = nullptr;
  }
  void expire() noexcept override {
    const std::shared_ptr<LimitedPromise> self = std::move(self_);
    const std::function<void()> expired = std::exchange(expired_, nullptr);
    expired();
  }

  TimerService& timers_;
  Promise<T> done_;
  std::function<void()> expired_;
  std::shared_ptr<LimitedPromise> self_;  // set while the limit is scheduled
};

}  // namespace hookline::detail
