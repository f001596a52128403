#pragma once

#include <atomic>
#include <cstdint>

#include "dispatch/base/adaptive_spin.h"
#include "hookline/clock.h"

namespace hookline::detail {

// Puts one thread to sleep until another one wakes it; a wake that comes first is kept, so none is
// lost. The usual loop:
//
//   while (!condition()) parker.park();        // the owner
//   make_condition_true(); parker.unpark();    // anybody
//
// One system call to wake a sleeping owner, none if it is awake. The owner looks on for a moment
// before it sleeps, if that has paid lately.
//
// Thread safety: unpark() from any thread; park*() REQUIRES the one owning thread. The parker must
// outlive every unpark(): where nothing else sees to that, use a SharedParker.
class Parker {
 public:
  Parker() = default;
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;
  ~Parker() = default;

  // Returns after an unpark() that no earlier park() has consumed, or spuriously.
  void park();
  // As above; false when `deadline` (of the system clock) has passed without one.
  bool park_until(TimePoint deadline);
  void unpark() noexcept;

 private:
  enum State : std::uint32_t { kIdle, kParked, kNotified };
  bool consume() noexcept;

  std::atomic<std::uint32_t> state_{kIdle};
  AdaptiveSpin spin_;  // the owner's
};

}  // namespace hookline::detail
