#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "hookline/script_host.h"

namespace hookline::hub {

// Ends the hub when a script asks for it, now or later, with an exit code for its process.
//
// Thread safety: the hub's thread, except exit_code(): any thread.
class StopSwitch {
 public:
  // `end` is called once, by the first stop(). REQUIRES: called before the first stop().
  void on_stop(std::function<void()> end) { end_ = std::move(end); }

  // Ends the hub at the end of this turn of its loop. Only the first call counts.
  void stop(int code) {
    if (!is_stopped_) {
      is_stopped_ = true;
      exit_code_.store(code);
      end_();
    }
  }
  // Ends the hub at `when`. If called several times, the earliest time counts.
  void stop_at(TimePoint when, int code) {
    if (when < stops_at_) {
      stops_at_ = when;
      code_ = code;
    }
  }
  // Stops if the time has come. Call it regularly.
  void tick(TimePoint now) {
    if (now >= stops_at_) {
      stop(code_);
    }
  }

  // Returns 0 until stop().
  [[nodiscard]] int exit_code() const noexcept { return exit_code_.load(); }

 private:
  std::function<void()> end_;
  std::atomic<int> exit_code_{0};
  bool is_stopped_ = false;
  TimePoint stops_at_ = kNoDeadline;
  int code_ = 0;
};

}  // namespace hookline::hub
