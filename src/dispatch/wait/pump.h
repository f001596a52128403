#pragma once

#include "dispatch/wait/parker.h"

namespace hookline::detail {

// Runs pending work of a thread while the thread waits synchronously.
//
// A host thread that waits for a script must serve that script's calls into the host meanwhile, or
// both wait for ever. So every wait of this library (Future::get(), a blocking post, a decision)
// uses the pump of its thread, if there is one, and runs the work that is pending there.
//
// Thread safety: parker().unpark() from any thread, the rest on the thread that the pump is bound
// to.
class Pump {
 public:
  Pump() : parker_(SharedParker::make()) {}
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;
  virtual ~Pump() = default;
  // Runs the pending work, if there is any. Must not throw. The work itself may wait, which calls
  // this again from inside.
  virtual void run_pending() noexcept = 0;
  // Unpark it whenever something new is pending.
  [[nodiscard]] Parker& parker() noexcept { return *parker_; }
  // Returns the same parker, for threads that may unpark it after the pump is gone.
  [[nodiscard]] const ParkerRef& shared_parker() const noexcept { return parker_; }

  // Returns the pump that is bound to the calling thread, or nullptr.
  [[nodiscard]] static Pump* current() noexcept;

  // Binds a pump to the calling thread for the binding's lifetime. Bindings nest and end in reverse
  // order.
  class Binding {
   public:
    explicit Binding(Pump& pump) noexcept;
    ~Binding();
    Binding(const Binding&) = delete;
    Binding& operator=(const Binding&) = delete;

   private:
    Pump* previous_;
  };

 private:
  ParkerRef parker_;
};

}  // namespace hookline::detail
