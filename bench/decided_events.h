#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "bench/cost.h"
#include "bench/form.h"
#include "bench/uv_loop.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"

namespace hookline::bench {

// Asks about a window of events, sleeps until the script has answered all of them, and then lets
// the loop deliver the decisions. Measures the CPU time of asking and delivering, but not that of
// the sleep in between. If the loop ran in the meantime, it would find one or two decisions in each
// turn, and the number of turns would determine the result. `Hooks` is as for EventsOf, and has
// decide().
template <class Hooks>
class DecidedEventsOf final : public DecisionHandler {
 public:
  static constexpr int kWindow = 1'024;

  DecidedEventsOf(ScriptHost& scripts, ScriptId script, Form form)
      : scripts_(scripts), script_(script), form_(form), loop_(scripts) {}

  void on_decision(const Decision& decision) noexcept override {
    ++decided_;
    undecided_ += decision.late + decision.failed + decision.missed;
  }
  void run_window() {
    const std::int64_t goal = decided_ + kWindow;
    LapWatch watch;
    {
      const LapWatch::Lap lap(watch);
      for (int i = 0; i < kWindow; ++i) {
        const Asked asked = Hooks::decide(scripts_, form_, nicks_.next(), *this);
        undecided_ += asked == Asked::kWaiting ? 0 : 1;
      }
    }
    const Future<Value> last = scripts_.call(script_, Hooks::kSeen, {});
    std::this_thread::sleep_for(kAnswered);
    last.wait();
    {
      const LapWatch::Lap lap(watch);
      loop_.run_until([&] { return decided_ >= goal; });
    }
    thread_cpu_.add(watch.per(kWindow));
  }
  // Returns the nanoseconds for an event: the median of the windows.
  [[nodiscard]] double thread_cpu() { return thread_cpu_.median(); }
  void start_measuring() { thread_cpu_ = {}; }
  [[nodiscard]] bool failed() const { return undecided_ != 0; }

 private:
  // About the time that the script needs for a window. Sleeping is cheaper than waiting for the
  // future, which polls first and so takes CPU time.
  static constexpr std::chrono::microseconds kAnswered{200};

  ScriptHost& scripts_;
  ScriptId script_;
  Form form_;
  AttachedLoop loop_;
  Nicks nicks_;
  Samples thread_cpu_;
  std::int64_t decided_ = 0;
  std::uint64_t undecided_ = 0;
};

}  // namespace hookline::bench
