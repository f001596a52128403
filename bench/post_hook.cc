#include <benchmark/benchmark.h>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/event_rows.h"
#include "bench/form.h"
#include "bench/hub_hooks.h"
#include "bench/python.h"

namespace hookline::bench {

namespace {

// Posts events without waiting for a result, like a hub does for events that it does not decide.
void post_hook(benchmark::State& state, Form form) {
  BenchHost host;
  EventStream events(host.scripts(), {host.load(events_script())}, form);
  measure_posts(state, host, events, form);
}
BENCHMARK_CAPTURE(post_hook, one_text, Form::kOneText)->Iterations(200)->Apply(in_units_of_d);
BENCHMARK_CAPTURE(post_hook, two_texts, Form::kTwoTexts)->Iterations(200)->Apply(in_units_of_d);

}  // namespace
}  // namespace hookline::bench
