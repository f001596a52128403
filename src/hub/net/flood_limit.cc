#include "hub/net/flood_limit.h"

#include <algorithm>
#include <chrono>

namespace hookline::hub {

bool FloodLimit::take(TimePoint now) noexcept {
  if (per_second_ <= 0) {
    return true;
  }
  const std::chrono::duration<double> passed = now - last_;
  if (passed.count() > 0) {
    tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
    last_ = now;
  }
  if (tokens_ < 1) {
    return false;
  }
  tokens_ -= 1;
  return true;
}

}  // namespace hookline::hub
