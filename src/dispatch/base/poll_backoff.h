#pragma once

#include <algorithm>
#include <cstddef>

#include "dispatch/base/adaptive_spin.h"

namespace hookline::detail {

// Decides how long a worker pauses before it polls its mailbox for more calls.
//
// A worker that is as quick as its poster finds only a call or two at each poll, and each poll
// takes cache lines that the poster is about to write: both then take three times as long, for as
// long as the stream of calls goes on. So the worker pauses after a poll that found few calls, and
// pauses longer each time that this happens again, until enough calls wait. Where calls lie one
// behind the other in memory, enough is twice what one poll takes: with fewer, the worker reads
// directly behind the place that the poster writes, and the processor prefetches for the worker the
// lines which the poster has fetched to write.
//
// A single call is not a stream: the caller that waits for its result must not be kept waiting.
//
// Thread safety: none.
class PollBackoff {
 public:
  // Call it after each poll. `found`: how many calls waited; fewer than `enough` of them are few.
  void note_poll(std::size_t found, std::size_t enough) noexcept {
    few_ = found < enough;
    const bool backs_off = few_ && found > 1;
    steps_ = backs_off ? std::min(steps_ * 2, kMaxSteps) : 1;
    recent_ = backs_off ? kRecentPolls : std::max(recent_ - 1, 0);
  }

  // Pauses. Call it before the next poll, when all calls of the last one have run.
  void pause() const noexcept {
    for (int i = 0; i < steps(); ++i) {
      cpu_pause();
    }
  }

  // Returns the number of cpu_pause() steps that pause() takes.
  [[nodiscard]] int steps() const noexcept { return few_ ? steps_ : 0; }

  // True if a recent stream of calls came more slowly than the calls ran: then the poster is the
  // side to relieve.
  [[nodiscard]] bool poster_was_slow() const noexcept { return recent_ > 0; }

 private:
  static constexpr int kMaxSteps = 8;  // about six microseconds
  static constexpr int kRecentPolls = 1024;

  bool few_ = false;
  int steps_ = 1;
  int recent_ = 0;  // the number of polls for which poster_was_slow() stays true
};

}  // namespace hookline::detail
