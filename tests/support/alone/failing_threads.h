#pragma once

namespace hookline::test {

// Lets pthread_create fail with EAGAIN, as it does when the system has no more threads. Under a
// sanitizer, which has a pthread_create of its own, nothing fails.
class FailingThreads {
 public:
  // From now on the threads of the process can start no more than `allowed` others.
  static void arm(int allowed = 0) noexcept;
  static void disarm() noexcept;
  // Says whether the thread that is about to be started is to fail.
  [[nodiscard]] static bool fails() noexcept;
};

}  // namespace hookline::test
