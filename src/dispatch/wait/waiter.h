#pragma once

#include "dispatch/wait/pump.h"
#include "hookline/clock.h"
#include "hookline/detail/shared_parker.h"

namespace hookline::detail {

// The calling thread while it waits until something is done, serving its pump meanwhile. Whoever
// makes it done unparks parker() afterwards, through a reference of its own: the Waiter may be gone
// by then.
//
//   Waiter waiter;
//   shared->parker = waiter.parker();              // published somehow
//   waiter.wait_until([&] { return done.load(); });
//
// Thread affinity: one thread.
class Waiter {
 public:
  Waiter();

  // Waits until `done()` is true; false when `deadline` (of the system clock) passed first. `done`
  // must be cheap: it is asked before each sleep.
  template <class Done>
  bool wait_until(Done done, TimePoint deadline = kNoDeadline) {
    while (!done()) {
      if (pump_ != nullptr) {
        pump_->run_pending();
        if (done()) {
          return true;
        }
      }
      // Last: what the pump ran may have held some, and this may be waiting for any of them.
      release_held_wakeups();
      if (!parker_->park_until(deadline)) {
        return done();
      }
    }
    return true;
  }

  [[nodiscard]] const SharedParker::Ref& parker() const noexcept { return parker_; }

 private:
  static void release_held_wakeups() noexcept;

  Pump* pump_;
  SharedParker::Ref parker_;
};

}  // namespace hookline::detail
