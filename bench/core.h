#pragma once

#include <sched.h>

#include <cstddef>

namespace hookline::bench {

// Keeps the calling thread, and the threads that it starts meanwhile, on one of the cores that the
// process may use, while it lives. Two threads that wake each other take 3 us on one core and 45 us
// on two: if the scheduler chooses, differently from run to run, nothing can be compared.
class OnCore {
 public:
  // The index'th of the allowed cores; the last one if there are fewer.
  explicit OnCore(std::size_t index);
  OnCore(const OnCore&) = delete;
  OnCore& operator=(const OnCore&) = delete;
  ~OnCore();

 private:
  cpu_set_t before_{};
};

}  // namespace hookline::bench
