#pragma once

#include <chrono>
#include <cstdint>

#include "hookline/script_host.h"

namespace hookline::hub {

// The time of day, as what survives a restart is dated: the system's when this was made, and from
// there on as the hub's clock goes, so that a test can move it.
//
// Thread safety: all methods from any thread.
class UnixClock {
 public:
  explicit UnixClock(const Clock& clock)
      : clock_(clock),
        started_at_(clock.now()),
        began_(std::chrono::system_clock::now().time_since_epoch()) {}

  // Seconds since the epoch.
  [[nodiscard]] std::int64_t now() const {
    const auto since = began_ + (clock_.now() - started_at_);
    return std::chrono::duration_cast<std::chrono::seconds>(since).count();
  }

 private:
  const Clock& clock_;
  TimePoint started_at_;
  std::chrono::nanoseconds began_;
};

}  // namespace hookline::hub
