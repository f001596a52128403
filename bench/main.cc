// Runs the benchmarks. Compare only ratios within one run, because the speed of the machine and the
// value of its second core change from run to run.

#include <benchmark/benchmark.h>
#include <patchlevel.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/machine.h"
#include "bench/scripts.h"

namespace hookline::bench {

namespace {

constexpr double kLeastGain = 1.5;

#ifdef __clang__
constexpr const char* kCompiler = __VERSION__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif

double measure_gain() {
  constexpr int kTimes = 3;
  Samples gains;
  for (int i = 0; i < kTimes; ++i) {
    gains.add(two_thread_gain(std::chrono::milliseconds(50)));
  }
  return gains.median();
}

// Prints the gain of a second thread, and adds it to the results.
void report_gain(double gain) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", gain);
  std::fprintf(
      stderr, "Two spinning threads do %s times the work of one%s\n", text.data(),
      gain < kLeastGain ? ": wall-clock figures are unreliable, look at the CPU ones" : "");
  benchmark::AddCustomContext("two_thread_gain", text.data());
  benchmark::AddCustomContext("compiler", kCompiler);
  benchmark::AddCustomContext("python", PY_VERSION);
}

}  // namespace
}  // namespace hookline::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  hookline::bench::report_gain(hookline::bench::measure_gain());
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  hookline::bench::end_direct();
  hookline::bench::end_python();
  return 0;
}
