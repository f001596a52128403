#include "plugin/event/breaker.h"

namespace hookline::detail {

std::optional<Breaker::Opened> Breaker::note_late(const Cause& cause, TimePoint now) {
  const std::scoped_lock lock(mutex_);
  ++late_calls_;
  publish();
  if (late_calls_ != 1) {
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
  --late_calls_;
  publish();
  if (late_calls_ != 0) {
    return std::nullopt;
  }
  return Closed{.cause = cause_, .late_for = now - opened_at_, .is_told = is_told_};
}

void Breaker::note_untold() noexcept {
  const std::scoped_lock lock(mutex_);
  is_told_ = false;
}

void Breaker::hold_open(bool held) {
  const std::scoped_lock lock(mutex_);
  is_held_ = held;
  publish();
}

}  // namespace hookline::detail
