// Runs the benchmarks. Ratios within one run are what counts: the machine's own speed, and what its
// second core is worth, change from run to run.

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>

#include "bench/python.h"

namespace {

double spin(std::uint64_t rounds) {
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t value = 1;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    benchmark::DoNotOptimize(value = (value * 6364136223846793005U) + i);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// What two spinning threads get done in a time, over what one does: 2 on two idle cores.
double gain_of_two_threads() {
  constexpr std::uint64_t kRounds = 200'000'000;
  const double alone = spin(kRounds);
  const auto start = std::chrono::steady_clock::now();
  std::thread other([] { spin(kRounds); });
  spin(kRounds);
  other.join();
  const double both =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return 2 * alone / both;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  const double gain = gain_of_two_threads();
  std::fprintf(stderr, "Two spinning threads do %.2f times the work of one%s\n", gain,
               gain < 1.5 ? ": wall-clock figures are unreliable, look at the CPU ones" : "");
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  hookline::bench::end_python();
  return 0;
}
