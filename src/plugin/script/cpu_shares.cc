#include "plugin/script/cpu_shares.h"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "dispatch/base/no_memory.h"

namespace hookline::detail {

bool CpuShares::watch() noexcept {
  const std::scoped_lock lock(mutex_);
  if (!is_closed_ && !is_watching_) {
    is_watching_ = timers_.try_schedule(*this, timers_.clock().now() + kPeriod);
  }
  return is_closed_ || is_watching_;
}

void CpuShares::close() {
  const std::scoped_lock lock(mutex_);  // waits for a look that is under way
  if (!std::exchange(is_closed_, true) && is_watching_) {
    (void)timers_.cancel(*this);
  }
}

void CpuShares::expire() noexcept {
  const std::scoped_lock lock(mutex_);
  if (is_closed_) {
    return;
  }
  for (std::size_t at = 0; ScriptEntry* const script = owner_.next(at);) {
    if_memory([&] { look_at(*script); });
  }
  // There is always room for the timer that expires.
  (void)timers_.try_schedule(*this, timers_.clock().now() + kPeriod);
}

void CpuShares::look_at(ScriptEntry& script) {
  CpuPlace& place = script.cpu_place;
  const double share = script.cpu_share.load(std::memory_order_relaxed);
  const bool was_over = script.is_over_cpu_share.load(std::memory_order_relaxed);
  const bool is_over = share > 0 && update(place, share, owner_.cpu_time(script));
  if (is_over && !was_over) {
    begin(script);
  } else if (was_over && !is_over) {
    end(script);
  }
}

// A reload may change the share, which then begins with a full bucket.
bool CpuShares::update(CpuPlace& place, double share, Duration used) const {
  const TimePoint now = timers_.clock().now();
  if (!place.bucket || place.share != share) {
    place.bucket.emplace(share, now, used);
    place.share = share;
  }
  return place.bucket->update(now, used);
}

void CpuShares::begin(ScriptEntry& script) {
  CpuPlace& place = script.cpu_place;
  const TimePoint now = timers_.clock().now();
  script.breaker.hold_open(true);
  script.over_cpu_share.fetch_add(1, std::memory_order_relaxed);
  script.is_over_cpu_share.store(true, std::memory_order_relaxed);
  place.over_since = now;
  std::uint64_t left_out = 0;
  place.is_told = place.budget.spend(now, left_out);
  if (place.is_told) {
    owner_.tell(script,
                fmt::format("it has used more than its share of CPU time ({:g} of a core): its "
                            "answers are not waited for until it has used less{}",
                            place.share,
                            left_out == 0 ? ""
                                          : fmt::format(" (so it did {} more times since the last "
                                                        "such line)",
                                                        left_out)));
  }
}

void CpuShares::end(ScriptEntry& script) {
  const CpuPlace& place = script.cpu_place;
  script.breaker.hold_open(false);
  script.is_over_cpu_share.store(false, std::memory_order_relaxed);
  if (place.is_told) {
    const std::chrono::duration<double> time = timers_.clock().now() - place.over_since;
    owner_.tell(script, fmt::format("it is within its share of CPU time again, after {:.1f} s: its "
                                    "answers are waited for",
                                    time.count()));
  }
}

}  // namespace hookline::detail
