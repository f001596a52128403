#pragma once

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include "dispatch/wait/parker.h"
#include "hookline/clock.h"

namespace hookline {

using namespace detail;

// Stands still until a test moves it, and then wakes the threads that sleep by it.
//
// Thread safety: all methods from any thread.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }

  void park_until(Parker& parker, TimePoint deadline) override {
    {
      const std::scoped_lock lock(mutex_);
      if (now_ >= deadline) {
        return;
      }
      sleepers_.push_back({&parker, deadline});
    }
    parker.park();
    const std::scoped_lock lock(mutex_);
    std::erase_if(sleepers_, [&](const Sleeper& sleeper) { return sleeper.parker == &parker; });
  }

  // Waits until a thread sleeps until `deadline`, or is about to.
  void wait_for_sleeper(TimePoint deadline) const {
    const auto sleeps = [&] {
      const std::scoped_lock lock(mutex_);
      return std::ranges::find(sleepers_, deadline, &Sleeper::deadline) != sleepers_.end();
    };
    while (!sleeps()) {
      std::this_thread::yield();
    }
  }

  void advance(Duration duration) {
    const std::scoped_lock lock(mutex_);
    now_ += duration;
    for (const Sleeper& sleeper : sleepers_) {
      if (sleeper.deadline <= now_) {
        sleeper.parker->unpark();
      }
    }
  }

 private:
  struct Sleeper {
    Parker* parker;
    TimePoint deadline;
  };
  mutable std::mutex mutex_;
  TimePoint now_{std::chrono::hours(1)};
  std::vector<Sleeper> sleepers_;
};

}  // namespace hookline
