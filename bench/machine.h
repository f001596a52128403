#pragma once

#include <sched.h>

#include <chrono>
#include <cstddef>
#include <vector>

// Controls and measures the machine itself, without hookline.
namespace hookline::bench {

// During its lifetime, keeps the calling thread and the threads that it starts on one core. Two
// threads that wake each other take 3 us on one core and 45 us on two. If the scheduler chose the
// core, runs could not be compared.
class OnCore {
 public:
  // Chooses the index'th of the cores that the process may use, or the last one if there are fewer.
  explicit OnCore(std::size_t index);
  OnCore(const OnCore&) = delete;
  OnCore& operator=(const OnCore&) = delete;
  ~OnCore();

  // Returns the indices of all cores that the process may use. The last one is the core on which
  // the calling thread runs.
  [[nodiscard]] static std::vector<std::size_t> all_and_current_last();

 private:
  cpu_set_t before_{};
};

// Returns the work of two threads that spin in C, divided by the work of one in the same time: 2 on
// two idle cores, 1 if the second core adds nothing. One thread spins for `time`; the measurement
// takes two to three times as long.
[[nodiscard]] double two_thread_gain(std::chrono::milliseconds time);

// Returns the time in nanoseconds in which a core sees what another one has written: half of the
// round trip of a cache line between two cores that poll it. Measures 5,000 round trips. Where a
// hypervisor moves a core to another part of the processor, it changes from 50 to 270.
[[nodiscard]] double line_hop_ns();

// Returns the lower limit of a round trip between threads: the median time in microseconds in which
// a thread wakes another one with a futex and is woken by it, each on its own core. Measures 400
// times.
[[nodiscard]] double handoff_us();

}  // namespace hookline::bench
