#include <benchmark/benchmark.h>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/event_rows.h"
#include "bench/form.h"
#include "bench/hub_hooks.h"
#include "bench/python.h"

namespace hookline::bench {

namespace {

// Measures the cost, on the hub's thread, of an event that the hub decides on its loop.
void fire_hub_thread(benchmark::State& state, Form form) {
  BenchHost host;
  const ScriptId script = host.load(events_script());
  DecidedEvents events(host.scripts(), script, form);
  measure_decisions(state, events, form);
}
BENCHMARK_CAPTURE(fire_hub_thread, one_text, Form::kOneText)->Iterations(200)->Apply(in_units_of_d);
BENCHMARK_CAPTURE(fire_hub_thread, two_texts, Form::kTwoTexts)
    ->Iterations(200)
    ->Apply(in_units_of_d);

}  // namespace
}  // namespace hookline::bench
