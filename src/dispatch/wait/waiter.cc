#include "dispatch/wait/waiter.h"

#include "dispatch/wait/wake_batch.h"

namespace hookline::detail {

Waiter::Waiter()
    : pump_(Pump::current()),
      parker_(pump_ != nullptr ? pump_->shared_parker() : SharedParker::of_this_thread()) {}

void Waiter::release_wake_batch() noexcept {
  if (WakeHold* const hold = WakeHold::current()) {
    hold->release();
  }
}

}  // namespace hookline::detail
