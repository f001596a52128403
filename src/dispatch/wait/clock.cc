#include "hookline/clock.h"

#include <ctime>
#include <memory>

#include "dispatch/wait/parker.h"

namespace hookline {
namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] TimePoint coarse_now() const override {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return TimePoint(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
  void park_until(detail::Parker& parker, TimePoint deadline) override {
    parker.park_until(deadline);
  }
};

}  // namespace

Clock& Clock::system() {
  // Never destroyed: a worker that shutdown left behind may still run while the process ends.
  static auto* const kInstance = std::make_unique<SystemClock>().release();
  return *kInstance;
}

}  // namespace hookline
