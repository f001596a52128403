#pragma once

#include <algorithm>
#include <cstddef>

#include "dispatch/base/cpu_pause.h"

namespace hookline::detail {

// How long a worker leaves its poster alone before it looks for more calls.
//
// A worker that is as quick as its poster finds a call or two at each look, and each look takes
// cache lines away that the poster is about to write: then both take three times as long, for as
// long as the stream of calls goes on. So after a look that found few it waits a moment, a longer
// one each time that this happens again, until calls come in numbers that are worth a look: where
// they lie one behind the other, twice as many as it takes at once. With fewer it reads right
// behind where its poster writes, and what the processor fetches ahead for it is what the poster
// has fetched to write there.
// A single call is no stream: whoever waits for its result is not kept waiting.
//
// Thread safety: none.
class PollBackoff {
 public:
  static constexpr int kMostSteps = 8;  // about six microseconds
  static constexpr int kLately = 1024;  // looks

  // After each look: how many calls there were, and how many are not few.
  void note(std::size_t found, std::size_t enough) noexcept {
    few_ = found < enough;
    const bool waits = few_ && found > 1;
    steps_ = waits ? std::min(steps_ * 2, kMostSteps) : 1;
    lately_ = waits ? kLately : std::max(lately_ - 1, 0);
  }
  // Before the next look, when those have run.
  void rest() const noexcept {
    for (int i = 0; few_ && i < steps_; ++i) {
      cpu_pause();
    }
  }

  [[nodiscard]] int steps() const noexcept { return few_ ? steps_ : 0; }
  // Whether a stream of calls has come more slowly than they run: its poster is the one to help.
  [[nodiscard]] bool waited_lately() const noexcept { return lately_ > 0; }

 private:
  bool few_ = false;
  int steps_ = 1;
  int lately_ = 0;
};

}  // namespace hookline::detail
