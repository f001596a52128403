#pragma once

#include <atomic>
#include <cstdint>

namespace hookline::detail {

// Decides, once, whether code that was loaded beside the present code of a script takes its place,
// and why not. Code that is refused may be interrupted, whatever it runs; the code that takes over
// may not.
//
//   kOpen ---- try_take_over() ----> kTakesOver
//     |
//     +------- refuse() -----------> kRefusedByLimit, kRefusedByUnload
//
// Thread safety: all methods from any thread.
class Succession {
 public:
  enum class State : std::uint8_t {
    kOpen,
    kTakesOver,
    kRefusedByLimit,  // it was not there in time, and the present code goes on
    kRefusedByUnload  // the script is gone, or about to go
  };

  // Returns false if the code was refused before.
  [[nodiscard]] bool try_take_over() noexcept {
    return become(State::kTakesOver) == State::kTakesOver;
  }
  // Refuses the code for this reason, unless it has taken over, or was refused, before. Returns the
  // state, which is final.
  State refuse(State reason) noexcept { return become(reason); }

  [[nodiscard]] State state() const noexcept { return state_.load(); }

 private:
  State become(State next) noexcept {
    State state = State::kOpen;
    return state_.compare_exchange_strong(state, next) ? next : state;
  }

  std::atomic<State> state_{State::kOpen};
};

}  // namespace hookline::detail
