#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>

#include "bench/direct_vectorcall.h"

namespace hookline::bench {

// Measures the CPU time of all threads and the wall time while it lives, and reports them per
// event:
//   cpu_ns  CPU time of all threads, which also holds where two cores give no more than one
//   x_D     wall time over that of direct_vectorcall, where that is given; cpu_x_D the same of CPU
//   time
class Usage {
 public:
  explicit Usage(benchmark::State& state, Direct ceiling = {});
  Usage(const Usage&) = delete;
  Usage& operator=(const Usage&) = delete;
  ~Usage() = default;

  // Call it after the measured loop.
  void report(std::int64_t events);

 private:
  benchmark::State& state_;
  Direct ceiling_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::nanoseconds cpu_start_;
};

// CPU time of the whole process.
[[nodiscard]] std::chrono::nanoseconds process_cpu_time();

}  // namespace hookline::bench
