#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>

#include "hookline/loop.h"

namespace hookline::test {

// An event loop that turns when a test says so.
class ManualLoop final : public EventLoop {
 public:
  explicit ManualLoop(bool reports_turns = false) : reports_turns_(reports_turns) {}

  // Runs what is due, without sleeping. Returns false if there was nothing to do.
  bool turn() {
    const int due = wakeups_.exchange(0);
    const bool runs = due > 0 || runs_again_;
    if (runs) {
      runs_again_ = tasks_->run();
    }
    if (asked_for_turns && tasks_ != nullptr) {
      tasks_->end_turn();
    }
    return runs;
  }
  void run_out_timer() {
    delay.reset();
    tasks_->on_timer();
  }

  void start(LoopTasks& tasks) override {
    if (refuses) {
      throw std::runtime_error("no loop today");
    }
    if (tasks_ != nullptr) {
      throw std::runtime_error("it is started already");
    }
    tasks_ = &tasks;
    ++starts;
  }
  void stop() noexcept override {
    tasks_ = nullptr;
    wakeups_ = 0;
    runs_again_ = false;
    delay.reset();
    ++stops;
  }
  void wake() noexcept override {
    ++wakeups_;
    wakeups_.notify_one();
  }
  void set_timer(Duration after) noexcept override { delay = after; }
  [[nodiscard]] bool report_turns() noexcept override { return asked_for_turns = reports_turns_; }

  // Sleeps until a thread wakes the loop.
  void sleep() const { wakeups_.wait(0); }
  [[nodiscard]] bool is_woken() const { return wakeups_ > 0; }

  bool refuses = false;
  bool asked_for_turns = false;
  int starts = 0;
  int stops = 0;
  std::optional<Duration> delay;  // the timer's

 private:
  const bool reports_turns_;
  LoopTasks* tasks_ = nullptr;
  bool runs_again_ = false;
  std::atomic<int> wakeups_{0};
};

}  // namespace hookline::test
