#include "plugin/types/log_budget.h"

#include <algorithm>
#include <utility>

namespace hookline::detail {

bool LogBudget::spend(TimePoint now, std::uint64_t& left_out) {
  const std::scoped_lock lock(mutex_);
  if (lines_ == kBurst) {
    refilled_ = now;  // a full budget does not fill up any further
  }
  const auto earned = static_cast<std::uint64_t>((now - refilled_) / kRefill);
  if (earned > 0) {
    lines_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(kBurst, lines_ + earned));
    refilled_ += kRefill * static_cast<std::int64_t>(earned);
  }
  if (lines_ == 0) {
    ++left_out_;
    return false;
  }
  --lines_;
  left_out = std::exchange(left_out_, 0);
  return true;
}

}  // namespace hookline::detail
