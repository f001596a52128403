#include "dispatch/waiter.h"

#include "dispatch/wake_hold.h"

namespace hookline {

Waiter::Waiter()
    : pump_(Pump::current()),
      parker_(pump_ != nullptr ? pump_->shared_parker() : SharedParker::of_this_thread()) {}

void Waiter::release_held_wakeups() noexcept {
  if (WakeHold* hold = WakeHold::current()) {
    hold->release();
  }
}

}  // namespace hookline
