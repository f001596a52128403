#pragma once

#include <memory>

#include "dispatch/wait/parker.h"

namespace hookline::detail {

class BoundPumps;

// Runs pending work of a thread while the thread waits synchronously.
//
// A host thread that waits for a script must serve that script's calls into the host meanwhile, or
// both wait for ever. So every wait of this library (Future::get(), a blocking post, a decision)
// uses the pumps of its thread, one for each host, and runs the work that is pending there.
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

  // Returns the pump that was bound to the calling thread last, or nullptr.
  [[nodiscard]] static Pump* current() noexcept;
  // Runs the pending work of all pumps that are bound to the calling thread. Returns false if there
  // are none.
  static bool run_all_pending() noexcept;

  // Binds a pump to the calling thread for the binding's lifetime. From then on the pump's parker
  // is the one that the thread sleeps on, so nothing may be pending before.
  //
  // Thread safety: the destructor from any thread, but not while the pump runs. Bindings of one
  // thread may end in any order.
  class Binding {
   public:
    explicit Binding(Pump& pump);
    ~Binding();
    Binding(const Binding&) = delete;
    Binding& operator=(const Binding&) = delete;

   private:
    Pump& pump_;
    const std::shared_ptr<BoundPumps> thread_;
  };

 private:
  ParkerRef parker_;
};

}  // namespace hookline::detail
