// Measures events of a host's own hooks.

#include "bench/public/own_hooks.h"

#include <benchmark/benchmark.h>

#include "bench/cost.h"
#include "bench/event_rows.h"
#include "bench/form.h"
#include "bench/public/own_host.h"

namespace hookline::bench {

namespace {

void own_hook_post(benchmark::State& state, Form form) {
  OwnHost host;
  OwnEvents events(host.scripts(), {host.script()}, form);
  measure_posts(state, host, events, form);
}
BENCHMARK_CAPTURE(own_hook_post, one_text, Form::kOneText)->Iterations(200)->Apply(in_units_of_d);
BENCHMARK_CAPTURE(own_hook_post, two_texts, Form::kTwoTexts)->Iterations(200)->Apply(in_units_of_d);

void own_hook_decide(benchmark::State& state, Form form) {
  OwnHost host;
  OwnDecisions events(host.scripts(), host.script(), form);
  measure_decisions(state, events, form);
}
BENCHMARK_CAPTURE(own_hook_decide, one_text, Form::kOneText)->Iterations(200)->Apply(in_units_of_d);
BENCHMARK_CAPTURE(own_hook_decide, two_texts, Form::kTwoTexts)
    ->Iterations(200)
    ->Apply(in_units_of_d);

}  // namespace
}  // namespace hookline::bench
