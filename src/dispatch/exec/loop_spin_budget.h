#pragma once

#include <algorithm>

namespace hookline::detail {

// Decides how many turns an event loop polls for more jobs before it goes to sleep.
//
// Waking a sleeping loop takes the poster a system call and the loop most of a turn. If results
// come one after the other, the loop would sleep between any two of them. So it first turns a few
// times without sleeping, which serves its sockets as well: more often if that has brought jobs
// lately, once if not.
//
// Thread safety: none.
class LoopSpinBudget {
 public:
  // Call it after each turn with whether the turn ran jobs.
  void note_turn(bool had_jobs) noexcept {
    if (!had_jobs) {
      ++empty_turns_;
      return;
    }
    if (empty_turns_ != 0) {
      turns_ = std::min(turns_ * 2, kMaxTurns);  // spinning has paid off
    }
    empty_turns_ = 0;
  }

  // Returns true if the loop has spun long enough and goes to sleep now; the next budget is then
  // smaller.
  [[nodiscard]] bool exhausted() noexcept {
    if (empty_turns_ < turns_) {
      return false;
    }
    turns_ = std::max(turns_ / 2, 1);
    empty_turns_ = 0;
    return true;
  }

 private:
  static constexpr int kMaxTurns = 16;

  int turns_ = 1;
  int empty_turns_ = 0;
};

}  // namespace hookline::detail
