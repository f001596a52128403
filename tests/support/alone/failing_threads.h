#pragma once

namespace hookline::test {

// Lets pthread_create fail with EAGAIN, as it does when the system has no more threads. Under a
// sanitizer, which has a pthread_create of its own, nothing fails.
class FailingThreads {
 public:
  // From now on no thread of the process can start another one.
  static void arm() noexcept;
  static void disarm() noexcept;
};

}  // namespace hookline::test
