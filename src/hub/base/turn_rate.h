#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "hookline/script_host.h"

namespace hookline::hub {

// How many turns a loop makes in a second.
//
// Thread safety: turn() and sample() on the loop's thread, per_second() on any.
class TurnRate {
 public:
  explicit TurnRate(TimePoint now) : since_(now) {}

  void turn() noexcept { ++turns_; }

  // Now and then: counts from the last second that has passed.
  void sample(TimePoint now) noexcept {
    const double seconds = std::chrono::duration<double>(now - since_).count();
    if (seconds >= 1) {
      per_second_.store(static_cast<double>(turns_) / seconds, std::memory_order_relaxed);
      since_ = now;
      turns_ = 0;
    }
  }

  // 0 until there has been a whole second.
  [[nodiscard]] double per_second() const noexcept {
    return per_second_.load(std::memory_order_relaxed);
  }

 private:
  TimePoint since_;
  std::uint64_t turns_ = 0;
  std::atomic<double> per_second_{0};
};

}  // namespace hookline::hub
