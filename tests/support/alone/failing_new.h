#pragma once

// Lets allocations by operator new fail. Under a sanitizer, which has an operator of its own,
// nothing fails.

#include <atomic>
#include <climits>
#include <initializer_list>

namespace hookline::test {

// Chooses the allocations of a thread that fail. Threads arm themselves, and all are disarmed
// together.
class FailingNew {
 public:
  // From now on the first `allowed` allocations of the calling thread succeed. Then one fails, or
  // all do, as begin() has said.
  static void arm(int allowed) noexcept {
    armed_era = era.load();
    left = allowed;
  }
  // Begins to count failures.
  static void begin(bool only_one) noexcept {
    fails_once = only_one;
    failures = 0;
  }
  // Lets all allocations of all threads succeed.
  static void disarm() noexcept { ++era; }
  [[nodiscard]] static bool has_failed() noexcept { return failures.load() != 0; }

  // Says whether an allocation of the calling thread is to fail.
  [[nodiscard]] static bool fails() noexcept {
    if (armed_era != era.load()) {
      return false;
    }
    if (left > 0) {
      --left;
      return false;
    }
    if (fails_once) {
      left = INT_MAX;
    }
    ++failures;
    return true;
  }

 private:
  static constinit inline std::atomic<int> era = 1;
  static constinit inline std::atomic<bool> fails_once = false;
  static constinit inline std::atomic<int> failures = 0;
  static constinit inline thread_local int armed_era = 0;
  static constinit inline thread_local int left = 0;
};

// Calls `operation(k)` for k = 0, step, ... as long as it has an allocation that fails, once with
// only one failure, and once with all that follow.
template <class Operation>
void fail_each_allocation(Operation operation, int step = 1) {
  constexpr int kMost = 1'000;
  for (const bool only_one : {true, false}) {
    for (int k = 0; k < kMost; k += step) {
      FailingNew::begin(only_one);
      operation(k);
      FailingNew::disarm();
      if (!FailingNew::has_failed()) {
        break;
      }
    }
  }
}

}  // namespace hookline::test
