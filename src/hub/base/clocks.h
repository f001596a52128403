#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <mutex>

#include "hookline/script_host.h"

namespace hookline::hub {

// Tells the time of day that is stored in the database. It reads the system's clock once, when it
// is made, and then follows the hub's clock, so that a test can move it.
//
// Thread safety: all methods from any thread.
class UnixClock {
 public:
  // `clock` must outlive this.
  explicit UnixClock(const Clock& clock)
      : clock_(clock),
        started_at_(clock.now()),
        began_(std::chrono::system_clock::now().time_since_epoch()) {}

  // Returns seconds since the epoch.
  [[nodiscard]] std::int64_t now() const {
    const auto since = began_ + (clock_.now() - started_at_);
    return std::chrono::duration_cast<std::chrono::seconds>(since).count();
  }

 private:
  const Clock& clock_;
  TimePoint started_at_;
  std::chrono::nanoseconds began_;
};

// Counts the turns that a loop makes in a second.
//
// Thread safety: turn() and sample() on the loop's thread, per_second() on any.
class TurnRate {
 public:
  explicit TurnRate(TimePoint now) : since_(now) {}

  void turn() noexcept { ++turns_; }

  // Call it regularly. Once a second or more has passed, publishes the rate since the last time.
  void sample(TimePoint now) noexcept {
    const double seconds = std::chrono::duration<double>(now - since_).count();
    if (seconds >= 1) {
      per_second_.store(static_cast<double>(turns_) / seconds, std::memory_order_relaxed);
      since_ = now;
      turns_ = 0;
    }
  }

  // Returns 0 until the first second has passed.
  [[nodiscard]] double per_second() const noexcept {
    return per_second_.load(std::memory_order_relaxed);
  }

 private:
  TimePoint since_;
  std::uint64_t turns_ = 0;
  std::atomic<double> per_second_{0};
};

// Measures the CPU time that one thread uses between start() and stop().
//
// Thread safety: start() and stop() on the thread that is measured, each once; seconds() on any.
class ThreadCpuClock {
 public:
  void start();
  void stop();
  [[nodiscard]] double seconds() const;

 private:
  mutable std::mutex mutex_;
  bool is_running_ = false;
  clockid_t clock_{};
  double at_start_ = 0;
  double total_ = 0;
};

}  // namespace hookline::hub
