#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "plugin/functions/completion.h"
#include "plugin/script/limited_promise.h"

namespace hookline::detail {

// Is an unload() that has not ended: the promise that its caller holds, and the limit of the calls
// that the script still runs.
//
// Ownership: shared by the registry's callbacks.
//
// Thread safety: start() before finish().
class ScriptUnload final : public Completion {
 public:
  explicit ScriptUnload(TimerService& timers)
      : promise_(std::make_shared<LimitedPromise<void>>(timers)) {}

  [[nodiscard]] Future<void> future() { return promise_->future(); }
  // Calls `expired`, which must not throw, on the timer's thread at `limit`, unless the script has
  // ended before. Returns false if there is no memory for the limit.
  [[nodiscard]] bool start(TimePoint limit, std::function<void()> expired) noexcept {
    return promise_->start(limit, std::move(expired));
  }

  void finish(Result<void> result) noexcept override { promise_->finish(std::move(result)); }

 private:
  const std::shared_ptr<LimitedPromise<void>> promise_;
};

}  // namespace hookline::detail
