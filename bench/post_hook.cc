#include <benchmark/benchmark.h>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/event_stream.h"
#include "bench/form.h"
#include "bench/python.h"
#include "hookline/script_info.h"

namespace hookline::bench {

using namespace detail;

namespace {

// Posts events without waiting for a result, like a hub does for events that it does not decide.
void post_hook(benchmark::State& state, Form form) {
  BenchHost host;
  EventStream events(host.scripts(), {host.load(events_script())}, form);
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
  const Cost cost = watch.per(state.iterations() * EventStream::kBlock);
  report(state, cost, ceiling.end());
  if (events.failed() || host.lost() != 0) {
    state.SkipWithError("events were lost");
  }
}
BENCHMARK_CAPTURE(post_hook, one_text, Form::kOneText)->Iterations(400)->Apply(repeated);
BENCHMARK_CAPTURE(post_hook, two_texts, Form::kTwoTexts)->Iterations(400)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
