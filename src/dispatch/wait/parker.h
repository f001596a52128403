#pragma once

#include <atomic>
#include <cstdint>

#include "dispatch/base/adaptive_spin.h"
#include "hookline/clock.h"
#include "hookline/detail/parker_ref.h"

namespace hookline::detail {

// Puts one thread to sleep until another one wakes it. A wake-up that comes before the sleep is
// kept, so none is lost. The usual loop:
//
//   while (!condition()) parker.park();        // the owner
//   make_condition_true(); parker.unpark();    // any thread
//
// It takes one system call to wake a sleeping owner, and none if the owner is awake. The owner
// polls for a moment before it sleeps if that has succeeded lately.
//
// Thread safety: unpark() from any thread; park*() REQUIRES the one owning thread. The parker must
// outlive every unpark(); if nothing else guarantees this, use a SharedParker.
class Parker {
 public:
  Parker() = default;
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;
  ~Parker() = default;

  // Returns after an unpark() that no earlier park() has consumed, or spuriously.
  void park();
  // Does the same; returns false when `deadline` (of the system clock) passes without an unpark().
  bool park_until(TimePoint deadline);
  void unpark() noexcept;

 private:
  enum State : std::uint32_t { kIdle, kParked, kNotified };
  bool consume() noexcept;

  std::atomic<std::uint32_t> state_{kIdle};
  AdaptiveSpin spin_;  // only the owner touches it
};

// Is a Parker that lives as long as any thread may still unpark it.
//
// The waking thread first makes the condition true. From then on the waiting thread may leave and
// its stack may be gone, so the waking thread holds a reference of its own to what it unparks.
//
// Thread safety: as Parker and ParkerRef.
class SharedParker final : public Parker {
 public:
  using Ref = ParkerRef;

  [[nodiscard]] static Ref make();
  // Returns the parker that the calling thread waits on by default. It is made at the first call.
  [[nodiscard]] static const Ref& of_this_thread();

 private:
  friend class ParkerRef;
  SharedParker() = default;
  ~SharedParker() = default;

  std::atomic<std::uint32_t> refs_{1};
};

}  // namespace hookline::detail
