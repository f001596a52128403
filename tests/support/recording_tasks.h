#pragma once

#include <functional>
#include <string>

#include "hookline/loop.h"

namespace hookline::test {

// Writes down what an event loop calls: r for run(), t for on_timer(), e for end_turn().
class RecordingTasks final : public LoopTasks {
 public:
  [[nodiscard]] bool run() noexcept override {
    note('r');
    return runs_again-- > 0;
  }
  void on_timer() noexcept override { note('t'); }
  void end_turn() noexcept override { note('e'); }

  std::string calls;
  int runs_again = 0;          // how often run() returns true
  std::function<void()> then;  // is called in each call, unless it is empty

 private:
  void note(char call) {
    calls += call;
    if (const auto now = then) {  // a copy, because it may replace `then`
      now();
    }
  }
};

}  // namespace hookline::test
