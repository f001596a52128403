#pragma once

#include <cstddef>

namespace hookline::test {

// Counts the calls of malloc, and lets some fail. operator new, moodycamel's queue and CPython call
// it. Under a sanitizer, which has a malloc of its own, it counts nothing and nothing fails.
class FailingMalloc {
 public:
  // Returns how many calls the process has made.
  [[nodiscard]] static std::size_t calls() noexcept;

  // From now on the first `allowed` allocations of the calling thread succeed, and all others fail.
  static void arm(int allowed = 0) noexcept;
  // Lets all allocations of the calling thread succeed.
  static void disarm() noexcept;
};

}  // namespace hookline::test
