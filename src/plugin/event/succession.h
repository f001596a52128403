#pragma once

#include <atomic>
#include <cstdint>

namespace hookline::detail {

// Decides, once, whether code that was loaded beside the present code of a script takes its place.
// Code that is refused may be interrupted, whatever it runs; the code that takes over may not.
//
//   kOpen ---- try_take_over() ----> kTakesOver
//     |
//     +------- try_refuse() -------> kRefused
//
// Thread safety: all methods from any thread.
class Succession {
 public:
  // Returns false if the code was refused before.
  [[nodiscard]] bool try_take_over() noexcept { return try_become(State::kTakesOver); }
  // Returns false if the code takes over, or has done so.
  [[nodiscard]] bool try_refuse() noexcept { return try_become(State::kRefused); }

 private:
  enum class State : std::uint8_t { kOpen, kTakesOver, kRefused };

  bool try_become(State next) noexcept {
    State state = State::kOpen;
    return state_.compare_exchange_strong(state, next) || state == next;
  }

  std::atomic<State> state_{State::kOpen};
};

}  // namespace hookline::detail
