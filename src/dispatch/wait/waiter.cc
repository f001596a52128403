#include "dispatch/wait/waiter.h"

#include "dispatch/wait/wake_batch.h"

namespace hookline::detail {

void Waiter::release_wake_batch() noexcept {
  if (WakeHold* const hold = WakeHold::current()) {
    hold->release();
  }
}

}  // namespace hookline::detail
