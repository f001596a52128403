#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "dispatch/base/asymmetric_fence.h"

namespace hookline::detail {

// Tells other threads what step a worker is at with one runner, and lets one of them take the
// runner's lane away from a worker that is stuck.
//
// A step is one call, or the opening or the closing of the runner. Its number is odd while it runs:
//
//   worker       begin() ---- step 7 ---- end() ---- 8 ---- begin() ---- step 9 ---- end()
//   watcher             step() == 7 ............... still 7: try_take(7)
//
// Either try_take() returns true, and the end() of that step false, or the other way round. A
// worker whose end() returns false has lost the lane. It must not touch what belongs to the lane or
// to the call any more; the thread that took the lane does that.
//
// The worker pays two stores to a line of its own for each step, and no atomic update.
//
// Thread safety: begin(), end() and taken() on the runner's worker, except that taken() may be
// called on the thread that has taken the lane; the other methods on any thread, of which one at a
// time calls try_take().
class RunProgress {
 public:
  RunProgress() = default;
  RunProgress(const RunProgress&) = delete;
  RunProgress& operator=(const RunProgress&) = delete;
  ~RunProgress() = default;

  // Begins a step, and ends the present one if there is one.
  void begin() noexcept {
    step_.store((step_.load(std::memory_order_relaxed) + 1) | 1, std::memory_order_release);
  }
  // Ends the present step; does nothing if there is none. Returns false if the lane has been taken.
  [[nodiscard]] bool end() noexcept {
    step_.store((step_.load(std::memory_order_relaxed) | 1) + 1, std::memory_order_release);
    AsymmetricFence::light();
    return claim_.load(std::memory_order_acquire) == Claim::kNone || !claimed_meanwhile();
  }
  [[nodiscard]] bool taken() const noexcept {
    return claim_.load(std::memory_order_relaxed) == Claim::kTaken;
  }

  [[nodiscard]] std::uint64_t step() const noexcept {
    return step_.load(std::memory_order_acquire);
  }
  [[nodiscard]] static bool runs(std::uint64_t step) noexcept { return (step & 1) != 0; }

  // Takes the lane away. Returns false if `step` does not run any more.
  [[nodiscard]] bool try_take(std::uint64_t step) noexcept {
    if (!runs(step) || taken()) {
      return false;
    }
    claim_.store(Claim::kClaiming, std::memory_order_relaxed);
    AsymmetricFence::heavy();
    const bool stuck = step_.load(std::memory_order_acquire) == step;
    claim_.store(stuck ? Claim::kTaken : Claim::kNone, std::memory_order_release);
    return stuck;
  }

 private:
  enum class Claim : std::uint8_t { kNone, kClaiming, kTaken };

  // Waits until the claiming thread has seen whether the step has ended. That takes it a few
  // instructions, but the kernel may interrupt it there.
  [[nodiscard, gnu::cold, gnu::noinline]] bool claimed_meanwhile() const noexcept {
    while (true) {
      const Claim claim = claim_.load(std::memory_order_acquire);
      if (claim != Claim::kClaiming) {
        return claim == Claim::kTaken;
      }
      std::this_thread::yield();
    }
  }

  std::atomic<std::uint64_t> step_{0};
  std::atomic<Claim> claim_{Claim::kNone};
};

}  // namespace hookline::detail
