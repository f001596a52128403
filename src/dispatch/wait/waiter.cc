#include "dispatch/wait/waiter.h"

#include "dispatch/wait/wake_batch.h"

namespace hookline::detail {

void Waiter::release_wake_batch() noexcept {
  if (PendingWakes* const wakes = PendingWakes::current()) {
    wakes->release();
  }
}

}  // namespace hookline::detail
