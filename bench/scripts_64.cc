#include <benchmark/benchmark.h>

#include <vector>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/form.h"
#include "bench/hub_hooks.h"
#include "bench/python.h"
#include "hookline/script_info.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr int kBlocks = 100;
constexpr int kWarmUp = 20;
constexpr int kSlices = 15;

double ns_of_slice(EventStream& events) {
  const Stopwatch watch;
  for (int i = 0; i < kBlocks; ++i) {
    events.post_block();
  }
  events.drain();
  return watch.per(std::int64_t{kBlocks} * EventStream::kBlock).wall;
}

// Takes the median of slices, because another process may have used the core during some of them.
double ns_of_event(EventStream& events) {
  for (int i = 0; i < kWarmUp; ++i) {
    events.post_block();
  }
  events.drain();
  Samples slices;
  for (int slice = 0; slice < kSlices; ++slice) {
    slices.add(ns_of_slice(events));
  }
  return slices.median();
}

// Compares the cost of an event for one script while 63 others are loaded and idle with the cost
// without them, which is measured before and after.
void scripts_64(benchmark::State& state) {
  const ScriptCopies copies(script_file("chat_only.py"), 63);
  BenchHost host;
  EventStream events(host.scripts(), {host.load(events_script())}, Form::kOneText);
  double alone = 0;
  double among = 0;
  for (auto _ : state) {
    const double before = ns_of_event(events);
    const std::vector<ScriptId> idle = host.load_all(copies.paths());
    among = ns_of_event(events);
    host.unload(idle);
    alone = (before + ns_of_event(events)) / 2;
  }
  state.counters["ns"] = among;
  state.counters["ns_alone"] = alone;
  state.counters["x_alone"] = among / alone;
  if (events.failed() || host.lost() != 0) {
    state.SkipWithError("events were lost");
  }
}
// Runs once, because loading and unloading the others takes seconds.
BENCHMARK(scripts_64)->Iterations(1)->Apply(repeated)->Repetitions(5);

}  // namespace
}  // namespace hookline::bench
