#pragma once

#include <memory>
#include <optional>

#include "dispatch/wait/timer.h"
#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/detail/promise.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline::detail {

class StreamCore;

// Somebody who waits for an item of a stream, perhaps until a deadline.
//
// Thread safety: as said of each method.
class StreamWaiter final : public Timer, public std::enable_shared_from_this<StreamWaiter> {
 public:
  using Item = std::optional<Value>;

  explicit StreamWaiter(std::weak_ptr<StreamCore> stream) : stream_(std::move(stream)) {}

  [[nodiscard]] Promise<Item>& promise() noexcept { return promise_; }

  // REQUIRES: the stream's lock. `timers` keeps this alive until it has let go of it.
  void schedule(TimerService& timers, TimePoint deadline);
  // On any thread. REQUIRES: it is not among the stream's waiters any more; once.
  void finish(Result<Item> result);

 private:
  void expire() noexcept override;

  std::weak_ptr<StreamCore> stream_;
  Promise<Item> promise_;
  TimerService* timers_ = nullptr;
  std::shared_ptr<StreamWaiter> scheduled_;  // itself, while `timers_` has it
};

}  // namespace hookline::detail
