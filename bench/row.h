#pragma once

#include <benchmark/benchmark.h>

namespace hookline::bench {

// So many that the median means something. Each repetition gives a ratio of its own.
inline constexpr int kRepetitions = 7;

// For ->Apply(): what every measurement has in common. With a fixed number of iterations nothing is
// set up only to find out how long an iteration takes.
inline void repeated(benchmark::internal::Benchmark* row) {
  row->Repetitions(kRepetitions)->UseRealTime()->DisplayAggregatesOnly();
}

// The same for what takes long to set up.
inline void once(benchmark::internal::Benchmark* row) { row->Repetitions(1)->UseRealTime(); }

}  // namespace hookline::bench
