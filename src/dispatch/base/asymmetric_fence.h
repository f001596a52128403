#pragma once

#include <atomic>

namespace hookline::detail {

// Two threads that each write one thing and then read the other's need a fence in between, on both
// sides, so that at least one of them sees what the other wrote. Where one side does that all the
// time and the other hardly ever, the rare side can pay for both: light() costs nothing, and
// heavy() makes it as good as a full fence on every core (membarrier).
//
// Where the kernel has no membarrier both are full fences.
//
// Thread safety: all of it.
class AsymmetricFence {
 public:
  static void light() noexcept {
    if (kAvailable) [[likely]] {
      std::atomic_signal_fence(std::memory_order_seq_cst);
    } else {
      full();
    }
  }
  static void heavy() noexcept;

 private:
  static void full() noexcept;
  static const bool kAvailable;  // false until it is known
};

}  // namespace hookline::detail
