#pragma once

#include <atomic>

namespace hookline::detail {

// Is a pair of memory fences that moves the cost to the side which runs rarely.
//
// Two threads that each write one variable and then read the other's need a fence between the two
// steps, on both sides, so that at least one of them sees the other's write. If one side does this
// often and the other seldom, the seldom side can pay for both: light() costs nothing, and heavy()
// acts as a full fence on every core (membarrier).
//
// Both are full fences if the kernel has no membarrier.
//
// Thread safety: all methods from any thread.
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
  static const bool kAvailable;  // false until its static initialization has run
};

}  // namespace hookline::detail
