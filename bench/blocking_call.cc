#include <benchmark/benchmark.h>

#include "bench/bench_host.h"
#include "bench/classic_script.h"
#include "bench/cost.h"
#include "bench/form.h"
#include "bench/hub_hooks.h"
#include "bench/python.h"
#include "hookline/script_info.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr int kBlocks = 200;

Cost cost_of_posting(BenchHost& host, EventStream& events, benchmark::State& state) {
  SliceWatch watch;
  for (int i = 0; i < kBlocks; ++i) {
    events.post_block();
    watch.add(EventStream::kBlock);
  }
  events.drain();
  if (events.failed() || host.lost() != 0) {
    state.SkipWithError("events were lost");
  }
  return watch.median();
}

Cost cost_of_calling(ClassicScript& script, Form form, benchmark::State& state) {
  constexpr int kCalls = 100'000;
  SliceWatch watch;
  for (int i = 0; i < kCalls; ++i) {
    if (!script.call(form)) {
      state.SkipWithError("a call failed");
      break;
    }
    watch.add(1);
  }
  return watch.median();
}

// Compares the classical way with post_hook, which is measured before and after. Reports the ratio
// of the time until the event has run, and the ratio of the time on the hub's thread.
void blocking_call(benchmark::State& state, Form form) {
  BenchHost host;
  EventStream events(host.scripts(), {host.load(events_script())}, form);
  ClassicScript classic;
  (void)cost_of_posting(host, events, state);
  for (auto _ : state) {
    const Cost before = cost_of_posting(host, events, state);
    const Cost call = cost_of_calling(classic, form, state);
    const Cost after = cost_of_posting(host, events, state);
    state.counters["ns"] = call.wall;
    state.counters["x_post"] = 2 * call.wall / (before.wall + after.wall);
    state.counters["x_post_thread"] = 2 * call.thread_cpu / (before.thread_cpu + after.thread_cpu);
  }
}
BENCHMARK_CAPTURE(blocking_call, one_text, Form::kOneText)->Iterations(1)->Apply(repeated);
BENCHMARK_CAPTURE(blocking_call, two_texts, Form::kTwoTexts)->Iterations(1)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
