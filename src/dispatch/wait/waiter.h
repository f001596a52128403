#pragma once

#include "dispatch/wait/parker.h"
#include "dispatch/wait/pump.h"
#include "dispatch/wait/wake_batch.h"
#include "hookline/clock.h"

namespace hookline::detail {

// Makes the calling thread wait for a condition, and serves its pumps meanwhile. The thread that
// makes the condition true unparks parker() afterwards, through a reference of its own, because the
// Waiter may be gone by then.
//
//   Waiter waiter;
//   shared->parker = waiter.parker();              // visible to the waking thread
//   waiter.wait_until([&] { return done.load(); });
//
// Thread affinity: one thread.
class Waiter {
 public:
  Waiter() : parker_(SharedParker::of_this_thread()) {}

  // Waits until `done()` is true; returns false if `deadline` (of the system clock) passes first.
  // `done` must be cheap, since it is called before each sleep.
  template <class Done>
  bool wait_until(Done done, TimePoint deadline = kNoDeadline) {
    while (!done()) {
      if (Pump::run_all_pending() && done()) {
        return true;
      }
      // This comes last: the pumped work may have delayed wake-ups that this thread waits for.
      if (PendingWakes* const wakes = PendingWakes::current()) {
        wakes->release();
      }
      if (!parker_->park_until(deadline)) {
        return done();
      }
    }
    return true;
  }

  [[nodiscard]] const ParkerRef& parker() const noexcept { return parker_; }

 private:
  ParkerRef parker_;
};

}  // namespace hookline::detail
