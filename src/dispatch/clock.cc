#include "dispatch/clock.h"

#include "dispatch/parker.h"

namespace hookline {
namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }
  void park_until(Parker& parker, TimePoint deadline) override { parker.park_until(deadline); }
};

}  // namespace

Clock& Clock::system() {
  static SystemClock clock;
  return clock;
}

}  // namespace hookline
