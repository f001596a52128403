#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <ctime>

#include "bench/direct_vectorcall.h"

namespace hookline::bench {

// What one event cost, in nanoseconds.
struct Cost {
  double wall = 0;
  double cpu = 0;         // of all threads: holds where two cores give no more than one
  double thread_cpu = 0;  // of the thread that measures
};

// The time of a clock of clock_gettime().
[[nodiscard]] inline std::chrono::nanoseconds clock_time(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// Measures from its construction on.
class Stopwatch {
 public:
  [[nodiscard]] Cost per(std::int64_t events) const {
    const auto since = [events](clockid_t clock, std::chrono::nanoseconds start) {
      return static_cast<double>((clock_time(clock) - start).count()) / static_cast<double>(events);
    };
    return {.wall = since(CLOCK_MONOTONIC, wall_),
            .cpu = since(CLOCK_PROCESS_CPUTIME_ID, cpu_),
            .thread_cpu = since(CLOCK_THREAD_CPUTIME_ID, thread_cpu_)};
  }

 private:
  std::chrono::nanoseconds wall_ = clock_time(CLOCK_MONOTONIC);
  std::chrono::nanoseconds cpu_ = clock_time(CLOCK_PROCESS_CPUTIME_ID);
  std::chrono::nanoseconds thread_cpu_ = clock_time(CLOCK_THREAD_CPUTIME_ID);
};

// Adds up the CPU time that its thread takes within the scopes of its laps.
class LapWatch {
 public:
  class Lap {
   public:
    explicit Lap(LapWatch& watch) : watch_(watch) {}
    Lap(const Lap&) = delete;
    Lap& operator=(const Lap&) = delete;
    ~Lap() { watch_.total_ += clock_time(CLOCK_THREAD_CPUTIME_ID) - start_; }

   private:
    LapWatch& watch_;
    std::chrono::nanoseconds start_ = clock_time(CLOCK_THREAD_CPUTIME_ID);
  };
  [[nodiscard]] double per(std::int64_t events) const {
    return static_cast<double>(total_.count()) / static_cast<double>(events);
  }

 private:
  std::chrono::nanoseconds total_{0};
};

// Reports the counters ns, cpu_ns and thread_cpu_ns.
void report(benchmark::State& state, const Cost& cost);
// The same, D_ns, and what the cost is in D: x_D, cpu_x_D and thread_x_D.
void report(benchmark::State& state, const Cost& cost, const Direct& direct);

}  // namespace hookline::bench
