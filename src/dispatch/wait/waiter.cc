#include "dispatch/wait/waiter.h"

#include "dispatch/wait/wake_batch.h"

namespace hookline::detail {

Waiter::Waiter()
    : pump_(Pump::current()),
      parker_(pump_ != nullptr ? pump_->shared_parker() : SharedParker::of_this_thread()) {}

void Waiter::release_held_wakeups() noexcept {
  if (WakeBatch* hold = WakeBatch::current()) {
    hold->release();
  }
}

}  // namespace hookline::detail
