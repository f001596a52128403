#pragma once

#include <atomic>
#include <memory>

namespace hookline::detail {

// Marks the thread that makes it as one that runs an event loop, until it is destroyed. Such a
// thread must not block: while it waits, its sockets are not served.
//
// Thread safety: the destructor from any thread, the constructor on the loop's.
class LoopThread {
 public:
  LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  ~LoopThread();

  // Returns true if the calling thread runs an event loop.
  [[nodiscard]] static bool is_current() noexcept;

 private:
  const std::shared_ptr<std::atomic<int>> loops_;  // the number of marks of the thread
};

}  // namespace hookline::detail
