#pragma once

#include <csignal>

namespace hookline::detail {

// Remembers which signals the thread blocks that makes it: those that the host takes elsewhere, by
// sigwait() or signalfd, and that would end the process here.
//
// Thread safety: REQUIRES that it is used on the thread that made it.
class KeptSignals {
 public:
  KeptSignals() noexcept : blocked_(blocked_now()), has_any_(sigisemptyset(&blocked_) == 0) {}

  // Blocks them again, in case a C library that a script uses has unblocked them. It costs a system
  // call in a host that blocks signals, and nothing in others.
  void block_again() const noexcept {
    if (has_any_) [[unlikely]] {
      pthread_sigmask(SIG_BLOCK, &blocked_, nullptr);
    }
  }

 private:
  static sigset_t blocked_now() noexcept {
    sigset_t blocked{};
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    return blocked;
  }

  const sigset_t blocked_;
  const bool has_any_;
};

}  // namespace hookline::detail
