// Measures events of a host's own hooks.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/public/own_events.h"

namespace hookline::bench {

namespace {

// Posts events without waiting for a result.
void own_hook_post(benchmark::State& state, Form form) {
  OwnHost host;
  OwnEvents events(host, form);
  for (int i = 0; i < 20; ++i) {
    events.post_block();
  }
  events.drain();
  const Ceiling ceiling(form);
  const Stopwatch watch;
  for (auto _ : state) {
    events.post_block();
  }
  events.drain();
  const Cost cost = watch.per(state.iterations() * OwnEvents::kBlock);
  report(state, cost, ceiling.end());
  if (events.failed() || host.lost() != 0) {
    state.SkipWithError("events were lost");
  }
}
BENCHMARK_CAPTURE(own_hook_post, one_text, Form::kOneText)->Iterations(400)->Apply(repeated);
BENCHMARK_CAPTURE(own_hook_post, two_texts, Form::kTwoTexts)->Iterations(400)->Apply(repeated);

// Measures the cost, on the host's thread, of an event that is decided on its loop.
void own_hook_decide(benchmark::State& state, Form form) {
  OwnHost host;
  OwnDecisions events(host, form);
  for (int i = 0; i < 20; ++i) {
    events.run_window();
  }
  const Ceiling ceiling(form);
  const Stopwatch watch;
  events.start_measuring();
  for (auto _ : state) {
    events.run_window();
  }
  const std::int64_t count = state.iterations() * OwnDecisions::kWindow;
  Cost cost = watch.per(count);
  cost.thread_cpu = events.thread_cpu_per(count);
  report(state, cost, ceiling.end());
  if (events.failed()) {
    state.SkipWithError("events were not decided");
  }
}
BENCHMARK_CAPTURE(own_hook_decide, one_text, Form::kOneText)->Iterations(400)->Apply(repeated);
BENCHMARK_CAPTURE(own_hook_decide, two_texts, Form::kTwoTexts)->Iterations(400)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
