#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <thread>

#include "bench/cost.h"
#include "bench/form.h"
#include "bench/public/own_host.h"
#include "bench/public/uv_loop.h"
#include "hookline/decision.h"
#include "hookline/future.h"
#include "hookline/typed_hook.h"

namespace hookline::bench {

// Posts events of own hooks, with a bounded number of them in flight: in blocks, each of which ends
// with a call whose future is waited for before the third block after it. So the queue neither runs
// empty nor outgrows the caches.
class OwnEvents {
 public:
  static constexpr int kBlock = 2'048;

  OwnEvents(OwnHost& host, Form form) : host_(host), form_(form) {}
  OwnEvents(const OwnEvents&) = delete;
  OwnEvents& operator=(const OwnEvents&) = delete;
  ~OwnEvents() { drain(); }

  void post_block() {
    Future<Value>& mark = marks_.at(next_++ % marks_.size());
    wait_for(mark);
    for (int i = 0; i < kBlock; ++i) {
      if (form_ == Form::kOneText) {
        host_.scripts().post(kOnLogin(nicks_.next()));
      } else {
        host_.scripts().post(kOnChat(nicks_.next(), kMessage));
      }
    }
    mark = host_.scripts().call(host_.script(), "seen", {});
  }
  // Waits until all events have run.
  void drain() {
    for (Future<Value>& mark : marks_) {
      wait_for(mark);
    }
  }
  // Returns whether a marking call failed.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  void wait_for(Future<Value>& mark) {
    if (mark.valid()) {
      failed_ = !mark.get().has_value() || failed_;
    }
  }

  OwnHost& host_;
  Form form_;
  Nicks nicks_;
  std::array<Future<Value>, 3> marks_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

// Decides a window of events on a loop, sleeps until the script has answered all of them, and then
// lets the loop deliver the decisions. Measures the CPU time of the host's thread for both, but not
// that of the sleep in between: if the loop ran in the meantime, it would find one or two decisions
// in each turn, and the number of turns would determine the result.
class OwnDecisions final : public DecisionHandler {
 public:
  static constexpr int kWindow = 1'024;

  OwnDecisions(OwnHost& host, Form form) : host_(host), form_(form), loop_(host) {}

  void on_decision(const Decision& decision) noexcept override {
    ++decided_;
    undecided_ += decision.late + decision.failed + decision.missed;
  }
  void run_window() {
    const std::int64_t goal = decided_ + kWindow;
    {
      const LapWatch::Lap lap(watch_);
      for (int i = 0; i < kWindow; ++i) {
        decide();
      }
    }
    const Future<Value> last = host_.scripts().call(host_.script(), "seen", {});
    // About the time that the script needs. Sleeping is cheaper than waiting for the future, which
    // polls first and so takes CPU time.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    last.wait();
    const LapWatch::Lap lap(watch_);
    while (decided_ < goal) {
      loop_.turn();
    }
  }
  [[nodiscard]] double thread_cpu_per(std::int64_t events) const { return watch_.per(events); }
  void start_measuring() { watch_ = {}; }
  [[nodiscard]] bool failed() const { return undecided_ != 0; }

 private:
  void decide() {
    const Asked asked =
        form_ == Form::kOneText
            ? host_.scripts().decide_on_loop(kOnLogin(nicks_.next()), *this)
            : host_.scripts().decide_on_loop(kOnChat(nicks_.next(), kMessage), *this);
    undecided_ += asked == Asked::kWaiting ? 0 : 1;
  }

  OwnHost& host_;
  Form form_;
  AttachedLoop<OwnHost> loop_;
  Nicks nicks_;
  LapWatch watch_;
  std::int64_t decided_ = 0;
  std::uint64_t undecided_ = 0;
};

}  // namespace hookline::bench
