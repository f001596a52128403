#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "hookline/clock.h"
#include "hookline/future.h"
#include "plugin/event/succession.h"
#include "plugin/script/limited_promise.h"

namespace hookline::detail {

// Is a reload() that has not ended: the promise that its caller holds, and its limit.
//
// Ownership: shared by the registry's callbacks, and by a limit that is scheduled.
//
// Thread safety: start() before any other; the rest from any thread.
class ScriptReload final : public std::enable_shared_from_this<ScriptReload> {
 public:
  // `succession` is that of the fresh code, and must outlive this.
  ScriptReload(TimerService& timers, Succession& succession)
      : promise_(std::make_shared<LimitedPromise<void>>(timers)), succession_(succession) {}

  [[nodiscard]] Future<void> future() { return promise_->future(); }

  // Refuses the fresh code at `limit`, unless it takes over before, and calls `expired` on the
  // timer's thread.
  void start(TimePoint limit, std::function<void()> expired) {
    promise_->start(limit, [self = shared_from_this(), expired = std::move(expired)] {
      if (!self->succession_.try_refuse() || self->is_told_.exchange(true)) {
        return;
      }
      expired();
      self->promise_->finish(
          fail(ErrorCode::kDeadlineExceeded,
               "the fresh code has not been loaded within the load_limit; the old goes on"));
    });
  }

  // Tells the caller, unless the limit has passed.
  void finish(Result<void> result) {
    if (!is_told_.exchange(true)) {
      promise_->finish(std::move(result));
    }
  }

 private:
  const std::shared_ptr<LimitedPromise<void>> promise_;
  Succession& succession_;
  std::atomic<bool> is_told_{false};
};

}  // namespace hookline::detail
