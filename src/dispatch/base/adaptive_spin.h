#pragma once

#include <algorithm>

namespace hookline::detail {

// Waits for about half a microsecond without touching memory and without slowing down the other
// hardware thread of the core. It returns immediately on processors other than x86 and ARM64.
inline void cpu_pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  constexpr int kPauses = 64;
  for (int i = 0; i < kPauses; ++i) {
    __builtin_ia32_pause();
  }
#elif defined(__aarch64__)
  // One takes some ten nanoseconds. `yield` does nothing on most cores of ARM64.
  constexpr int kPauses = 48;
  for (int i = 0; i < kPauses; ++i) {
    asm volatile("isb" ::: "memory");
  }
#endif
}

// Decides how long a thread polls for something before it goes to sleep.
//
// A worker that is slightly quicker than its poster would otherwise sleep after every call. Each
// post would then need a system call to wake it, which keeps the poster the slower of the two. So
// the worker polls for a while: longer if polling succeeded lately, and only once if it did not.
// The single poll that remains notices when times change, and is cheap compared with a wake-up.
//
// The thread pauses between two polls, because each poll takes the cache line that the poster is
// about to write, which costs the poster more than the rest of a post. Several calls arrive during
// a pause and are then taken as a batch.
//
// Thread safety: none.
class AdaptiveSpin {
 public:
  // Polls `found()` until it returns true or the time is up; tells which.
  template <class Found>
  bool operator()(Found found) {
    for (int i = 0; i < polls_; ++i) {
      cpu_pause();
      if (found()) {
        polls_ = std::min(polls_ * 2, kMaxPolls);
        return true;
      }
    }
    polls_ = std::max(polls_ / 2, 1);
    return false;
  }

 private:
  static constexpr int kMaxPolls = 16;

  int polls_ = 1;
};

}  // namespace hookline::detail
