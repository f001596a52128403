#pragma once

#include <algorithm>

#include "dispatch/base/cpu_pause.h"

namespace hookline::detail {

// How long to look for what is awaited before going to sleep.
//
// A worker that is a little quicker than its poster would else sleep after every call, and each
// post would cost the poster a system call to wake it, which keeps the poster the slower of the
// two. So the worker looks on for a while: longer if that found something lately, hardly at all if
// not. The one look that is left finds out when times change, and is nothing beside a wake-up.
//
// Between two looks it leaves the poster alone: each look takes the cache line that the poster is
// about to write, which costs the poster more than the whole rest of a post. So a few calls come
// together meanwhile, and are then taken as a batch.
//
// Thread safety: none.
class AdaptiveSpin {
 public:
  static constexpr int kMostLooks = 16;

  // Whether `found()` came true meanwhile.
  template <class Found>
  bool operator()(Found found) {
    for (int i = 0; i < looks_; ++i) {
      cpu_pause();
      if (found()) {
        looks_ = std::min(looks_ * 2, kMostLooks);
        return true;
      }
    }
    looks_ = std::max(looks_ / 2, 1);
    return false;
  }

  [[nodiscard]] int looks() const noexcept { return looks_; }

 private:
  int looks_ = 1;
};

}  // namespace hookline::detail
