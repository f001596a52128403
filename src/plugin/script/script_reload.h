#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "plugin/event/succession.h"
#include "plugin/functions/completion.h"
#include "plugin/script/limited_promise.h"

namespace hookline::detail {

// Returns the error of code that does not take over; nullopt if it may, or does.
[[nodiscard]] inline std::optional<Error> refusal(const Succession& succession) noexcept {
  switch (succession.state()) {
    case Succession::State::kOpen:
    case Succession::State::kTakesOver:
      return std::nullopt;
    case Succession::State::kRefusedByLimit:
      return fail(ErrorCode::kDeadlineExceeded,
                  "the fresh code has not been loaded within the load_limit; the old goes on")
          .error();
    case Succession::State::kRefusedByUnload:
      break;
  }
  return fail(ErrorCode::kScriptUnloaded, "it is unloaded, or is being unloaded").error();
}

// Is a reload() that has not ended: the promise that its caller holds, and its limit. If the fresh
// code is refused, its caller gets the reason.
//
// Ownership: shared by the registry's callbacks, and by a limit that is scheduled.
//
// Thread safety: start() before any other; the rest from any thread.
class ScriptReload final : public Completion, public std::enable_shared_from_this<ScriptReload> {
 public:
  // `succession` is that of the fresh code, and must outlive this.
  ScriptReload(TimerService& timers, Succession& succession)
      : promise_(std::make_shared<LimitedPromise<void>>(timers)), succession_(succession) {}

  [[nodiscard]] Future<void> future() { return promise_->future(); }

  // Refuses the fresh code at `limit`, unless it takes over before. Then calls `refused` on the
  // timer's thread with what holds: it may have been refused before. `refused` must not throw.
  // Returns false if there is no memory.
  [[nodiscard]] bool start(TimePoint limit, std::function<void(Succession::State)> refused) {
    return promise_->start(limit, [self = shared_from_this(), refused = std::move(refused)] {
      const auto state = self->succession_.refuse(Succession::State::kRefusedByLimit);
      if (state != Succession::State::kTakesOver) {
        refused(state);
        self->finish({});
      }
    });
  }

  // Tells the caller how the reload has ended, unless it was told before.
  void finish(Result<void> result) noexcept override {
    if (is_told_.exchange(true)) {
      return;
    }
    if (auto error = refusal(succession_)) {
      result = std::unexpected(*std::move(error));
    }
    promise_->finish(std::move(result));
  }

 private:
  const std::shared_ptr<LimitedPromise<void>> promise_;
  Succession& succession_;
  std::atomic<bool> is_told_{false};
};

}  // namespace hookline::detail
