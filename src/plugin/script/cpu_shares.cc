#include "plugin/script/cpu_shares.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace hookline::detail {

void CpuShares::watch() {
  const std::scoped_lock lock(mutex_);
  if (!is_closed_ && !std::exchange(is_watching_, true)) {
    timers_.schedule(*this, timers_.clock().now() + kPeriod);
  }
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
  const std::vector<ScriptEntry*> scripts = owner_.scripts();
  std::erase_if(places_, [&scripts](const std::unique_ptr<Place>& place) {
    return std::ranges::find(scripts, place->script) == scripts.end();
  });
  for (ScriptEntry* const script : scripts) {
    if (script->cpu_share > 0) {
      look_at(*script);
    }
  }
  timers_.schedule(*this, timers_.clock().now() + kPeriod);
}

CpuShares::Place& CpuShares::place_of(ScriptEntry& script, Duration used) {
  const auto found = std::ranges::find(
      places_, &script, [](const std::unique_ptr<Place>& place) { return place->script; });
  if (found != places_.end()) {
    return **found;
  }
  const CpuBucket bucket(script.cpu_share, timers_.clock().now(), used);
  return *places_.emplace_back(std::make_unique<Place>(&script, bucket));
}

void CpuShares::look_at(ScriptEntry& script) {
  const Duration used = owner_.cpu_time(script);
  Place& place = place_of(script, used);
  const bool was_over = place.bucket.is_over();
  const bool is_over = place.bucket.update(timers_.clock().now(), used);
  if (is_over && !was_over) {
    begin(place);
  } else if (was_over && !is_over) {
    end(place);
  }
}

void CpuShares::begin(Place& place) {
  ScriptEntry& script = *place.script;
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
                            script.cpu_share,
                            left_out == 0 ? ""
                                          : fmt::format(" (so it did {} more times since the last "
                                                        "such line)",
                                                        left_out)));
  }
}

void CpuShares::end(Place& place) {
  ScriptEntry& script = *place.script;
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
