#pragma once

#include <algorithm>

namespace hookline::detail {

// How many turns an event loop looks on for more jobs before it goes to sleep.
//
// Waking a sleeping loop is a system call for whoever posts, and most of a turn for the loop. Where
// results come one after the other, the loop would sleep between any two of them; so it turns a few
// times without sleeping, which serves its sockets as well: more often if that has brought
// something lately, once if not.
//
// Thread safety: none.
class LoopSpinBudget {
 public:
  static constexpr int kMostTurns = 16;

  // After each turn: whether it had jobs.
  void note(bool had_jobs) noexcept {
    if (!had_jobs) {
      ++empty_turns_;
      return;
    }
    if (empty_turns_ != 0) {
      turns_ = std::min(turns_ * 2, kMostTurns);  // looking on has paid
    }
    empty_turns_ = 0;
  }

  // Whether it has looked on long enough: the loop sleeps now.
  [[nodiscard]] bool ended() noexcept {
    if (empty_turns_ < turns_) {
      return false;
    }
    turns_ = std::max(turns_ / 2, 1);
    empty_turns_ = 0;
    return true;
  }

  [[nodiscard]] int turns() const noexcept { return turns_; }

 private:
  int turns_ = 1;
  int empty_turns_ = 0;
};

}  // namespace hookline::detail
