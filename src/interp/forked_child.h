#pragma once

#include <atomic>

namespace hookline::detail {

// A script in the main interpreter may fork, as `multiprocessing` does. The child has a copy of the
// server, with its sockets and its database, but only one thread: it must not return into that. So
// it ends by os._exit(), or when the code of the script returns to the server.
//
// Thread safety: such a child has one thread.

// Says whether this process is such a child.
inline std::atomic<bool>& is_forked_child() noexcept {
  static constinit std::atomic<bool> is_child{false};
  return is_child;
}

// Ends this process, without the server's destructors and exit handlers. The exit code is that of a
// Python program which ends in this way; an exception is printed. REQUIRES: an interpreter is
// attached.
[[noreturn]] void leave_forked_child() noexcept;

// Must be called whenever a script's code has returned, with its exception still set.
inline void end_forked_child() noexcept {
  if (is_forked_child().load(std::memory_order_relaxed)) [[unlikely]] {
    leave_forked_child();
  }
}

}  // namespace hookline::detail
