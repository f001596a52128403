#pragma once

#include <algorithm>
#include <chrono>

#include "hookline/clock.h"

namespace hookline::detail {

// Tells whether a script has used more than its share of CPU time. The bucket gets `share` seconds
// of CPU time each second, and the script's use is taken out of it. It holds at most kBurst, so
// that a script that was idle may use that much in one go. When less than nothing is left, the
// script is over its share until the bucket has something again; its debt is at most kBurst, too.
//
// Thread safety: none.
class CpuBucket {
 public:
  static constexpr Duration kBurst = std::chrono::seconds(1);

  // `used`: the CPU time that the script has used until `now`.
  CpuBucket(double share, TimePoint now, Duration used) noexcept
      : share_(share), filled_at_(now), used_(used) {}

  // Brings the bucket up to date. Returns whether the script is over its share.
  bool update(TimePoint now, Duration used) noexcept {
    // So much time as fills the bucket is as good as any longer one, and cannot overflow.
    const auto passed = std::chrono::duration<double>(now - filled_at_) * share_;
    const auto gain = std::min<std::chrono::duration<double>>(passed, 2 * kBurst);
    content_ = std::min(content_ + std::chrono::duration_cast<Duration>(gain), kBurst);
    content_ = std::max(content_ - (used - used_), -kBurst);
    filled_at_ = now;
    used_ = used;
    is_over_ = content_ < Duration::zero() || (is_over_ && content_ == Duration::zero());
    return is_over_;
  }
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }

 private:
  double share_;
  TimePoint filled_at_;
  Duration used_;
  Duration content_ = kBurst;
  bool is_over_ = false;
};

}  // namespace hookline::detail
