#pragma once

#include <cstdint>

namespace hookline::bench {

// Counts every malloc of the process while it lives, on every thread: those of operator new, of
// moodycamel's queue and of CPython (objects of more than 512 bytes) included. One at a time.
class AllocationCount {
 public:
  AllocationCount();
  AllocationCount(const AllocationCount&) = delete;
  AllocationCount& operator=(const AllocationCount&) = delete;
  ~AllocationCount();

  [[nodiscard]] std::int64_t so_far() const;
};

}  // namespace hookline::bench
