#pragma once

#include "hookline/script_host.h"

namespace hookline::hub {

// A token bucket: `burst` at once, `per_second` for ever.
// Thread safety: none.
class FloodLimit {
 public:
  // A rate of 0 means no limit. Starts full.
  FloodLimit(double per_second, double burst, TimePoint now)
      : per_second_(per_second), burst_(burst), tokens_(burst), last_(now) {}

  // Takes a token; false if there is none.
  [[nodiscard]] bool take(TimePoint now) noexcept;

 private:
  double per_second_;
  double burst_;
  double tokens_;
  TimePoint last_;
};

}  // namespace hookline::hub
