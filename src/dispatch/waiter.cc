#include "dispatch/waiter.h"

namespace hookline {

Waiter::Waiter()
    : pump_(Pump::current()),
      parker_(pump_ != nullptr ? pump_->shared_parker() : SharedParker::of_this_thread()) {}

}  // namespace hookline
