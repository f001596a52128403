#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <type_traits>
#include <utility>
#include <vector>

#include "bench/direct_vectorcall.h"
#include "hookline/error.h"

namespace hookline::bench {

// Returns the value, or ends the process: an error makes the benchmark meaningless.
template <class T>
T or_die(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().to_string().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) {
    return *std::move(result);
  }
}

// Enough repetitions for a useful median. Each repetition yields a ratio.
inline constexpr int kRepetitions = 7;

// Sets the options of all measurements; used with ->Apply(). Benchmarks fix their number of
// iterations, so that nothing is set up only to find out how long an iteration takes.
inline void repeated(benchmark::internal::Benchmark* row) {
  row->Repetitions(kRepetitions)->UseRealTime()->DisplayAggregatesOnly();
}

// Does the same for the events and calls that are measured in units of D. Those repetitions are
// left out during which D was not the same on all cores and at all times (D_spread): another guest
// of the processor used a core, too.
inline void in_units_of_d(benchmark::internal::Benchmark* row) {
  repeated(row);
  row->Repetitions(50);
}

// Does the same as repeated() for benchmarks that take long to set up.
inline void once(benchmark::internal::Benchmark* row) { row->Repetitions(1)->UseRealTime(); }

// Collects single measurements and returns their median.
class Samples {
 public:
  void add(double sample) { samples_.push_back(sample); }
  // Adds a time in microseconds.
  void add(std::chrono::steady_clock::duration time) {
    add(std::chrono::duration<double, std::micro>(time).count());
  }
  // Returns 0 if there are no samples.
  [[nodiscard]] double median() {
    if (samples_.empty()) {
      return 0;
    }
    const auto middle = samples_.begin() + static_cast<std::ptrdiff_t>(samples_.size() / 2);
    std::ranges::nth_element(samples_, middle);
    return *middle;
  }

 private:
  std::vector<double> samples_;
};

// The cost of one event in nanoseconds.
struct Cost {
  double wall = 0;
  double cpu = 0;         // of all threads; comparable even if two cores are no faster than one
  double thread_cpu = 0;  // of the measuring thread
};

// Reads a clock with clock_gettime().
[[nodiscard]] inline std::chrono::nanoseconds clock_time(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// Measures the time since its construction.
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

// Measures the costs of slices of a measurement one by one, and returns their medians. D is the
// median of slices, too: another guest of the processor may use a core during some of them. Only
// the CPU time of all threads is that of the whole measurement: Linux adds the time of a thread
// that runs on another core only every few milliseconds.
class SliceWatch {
 public:
  // Call it when that many more events have run.
  void add(std::int64_t events) {
    events_ += events;
    all_events_ += events;
    if (events_ >= kSlice) {
      const Cost cost = watch_.per(events_);
      wall_.add(cost.wall);
      thread_cpu_.add(cost.thread_cpu);
      events_ = 0;
      watch_ = {};
    }
  }
  [[nodiscard]] Cost median() {
    return {.wall = wall_.median(),
            .cpu = whole_.per(all_events_).cpu,
            .thread_cpu = thread_cpu_.median()};
  }

 private:
  static constexpr std::int64_t kSlice = 10'000;  // events, which take about a millisecond

  const Stopwatch whole_;
  std::int64_t all_events_ = 0;
  Stopwatch watch_;
  std::int64_t events_ = 0;
  Samples wall_;
  Samples thread_cpu_;
};

// Sums the CPU time of the thread within the scopes of its laps.
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
// Also reports line_hop_ns, D_ns, D_spread (the slowest D of a core divided by the fastest), and
// the cost in units of D: x_D, cpu_x_D and thread_x_D. It ends the ceiling itself, so that no
// caller can do that, which takes 10 ms, before it reads its stopwatch.
void report(benchmark::State& state, const Cost& cost, const Ceiling& ceiling);

}  // namespace hookline::bench
