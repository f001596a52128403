#include "plugin/event/breaker.h"

namespace hookline::detail {

std::optional<Breaker::Opened> Breaker::note_late(const Cause& cause, TimePoint now) {
  const std::scoped_lock lock(mutex_);
  if (late_calls_.fetch_add(1, std::memory_order_relaxed) != 0) {
    return std::nullopt;
  }
  openings_.fetch_add(1, std::memory_order_relaxed);
  cause_ = cause;
  opened_at_ = now;
  Opened opened;
  opened.is_told = is_told_ = budget_.spend(now, opened.left_out);
  return opened;
}

std::optional<Breaker::Closed> Breaker::note_end(TimePoint now) {
  const std::scoped_lock lock(mutex_);
  if (late_calls_.fetch_sub(1, std::memory_order_relaxed) != 1) {
    return std::nullopt;
  }
  return Closed{.cause = cause_, .late_for = now - opened_at_, .is_told = is_told_};
}

}  // namespace hookline::detail
