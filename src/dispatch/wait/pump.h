#pragma once

#include "hookline/clock.h"
#include "hookline/detail/parker.h"
#include "hookline/detail/shared_parker.h"

namespace hookline::detail {

// What a thread does while it waits synchronously.
//
// A host's thread that waits for a script must meanwhile serve that script's calls into the host,
// or both wait for ever. So every wait of this library (Future::get(), a blocking post, a verdict)
// goes through the pump of its thread, if it has one, and runs what is pending there.
//
// Thread safety: parker().unpark() from any thread, the rest on the thread it is bound to.
class Pump {
 public:
  Pump() : parker_(SharedParker::make()) {}
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;
  virtual ~Pump() = default;
  // Runs what is waiting for this thread. May run nothing. Must not throw. May itself wait: it is
  // then called again from inside.
  virtual void run_pending() noexcept = 0;
  // Unparked whenever something new is pending.
  [[nodiscard]] Parker& parker() noexcept { return *parker_; }
  // The same for who may unpark it when the pump is gone.
  [[nodiscard]] const SharedParker::Ref& shared_parker() const noexcept { return parker_; }

  // The pump bound to the calling thread, or nullptr.
  [[nodiscard]] static Pump* current() noexcept;

  // Binds a pump to the calling thread while it lives. Bindings nest; they end in reverse order.
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
  SharedParker::Ref parker_;
};

}  // namespace hookline::detail
