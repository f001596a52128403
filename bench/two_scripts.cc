#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/machine.h"
#include "bench/python.h"
#include "hookline/future.h"
#include "hookline/script_info.h"

namespace hookline::bench {
namespace {

// Returns the time in seconds that the scripts take together.
double seconds_of(ScriptHost& scripts, const std::vector<ScriptId>& ids, std::int64_t rounds) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<Future<Value>> spinning;
  spinning.reserve(ids.size());
  for (const ScriptId id : ids) {
    spinning.push_back(scripts.call(id, "spin", {Value(rounds)}));
  }
  for (Future<Value>& future : spinning) {
    or_die(future.get());
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Measures how much more work two CPU-bound scripts do than one in the same time, and compares that
// with two threads that spin in C.
void two_scripts_speedup(benchmark::State& state) {
  constexpr std::int64_t kRounds = 500'000;
  const ScriptCopies copies(script_file("spin.py"), 2);
  BenchHost host;
  const auto both = host.load_all(copies.paths());
  (void)seconds_of(host.scripts(), both, kRounds / 10);
  Samples gains;
  Samples speedups;
  Samples ratios;
  for (auto _ : state) {
    const double gain = two_thread_gain(std::chrono::milliseconds(40));
    const double alone = seconds_of(host.scripts(), {both[0]}, kRounds);
    const double speedup = 2 * alone / seconds_of(host.scripts(), both, kRounds);
    gains.add(gain);
    speedups.add(speedup);
    ratios.add(speedup / gain);
  }
  state.counters["gain_in_c"] = gains.median();
  state.counters["speedup"] = speedups.median();
  state.counters["x_gain"] = ratios.median();
}
BENCHMARK(two_scripts_speedup)->Iterations(3)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
