// Allocations per event in steady state: how many, not how long they take.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "bench/allocation_count.h"
#include "bench/bench_host.h"
#include "bench/call_window.h"
#include "bench/event_stream.h"
#include "bench/form.h"
#include "bench/loop_calls.h"
#include "bench/python.h"
#include "bench/row.h"
#include "bench/samples.h"
#include "bench/script_lane.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr int kEvents = 16'384;  // per phase

// Allocations per event in the median of the phases after the warm-up: how many objects are under
// way at once, and thus are used for the first time, depends on how the threads happen to run, so
// that a phase may need one where the next needs none.
template <class Phase>
void count(benchmark::State& state, Phase phase) {
  constexpr int kWarmUp = 10;
  constexpr int kPhases = 15;
  for (auto _ : state) {
    for (int i = 0; i < kWarmUp; ++i) {
      phase();
    }
    Samples counts;
    for (int i = 0; i < kPhases; ++i) {
      const AllocationCount counter;
      phase();
      counts.add(static_cast<double>(counter.so_far()) / kEvents);
    }
    state.counters["per_event"] = counts.median();
  }
}

void count_post_hook(benchmark::State& state) {
  BenchHost host;
  EventStream events(host.scripts(), {host.load(events_script())}, Form::kTwoTexts);
  count(state, [&] {
    for (int i = 0; i < kEvents / EventStream::kBlock; ++i) {
      events.post_block();
    }
  });
}

void count_call_future(benchmark::State& state) {
  ScriptLane script;
  CallWindow calls(script.mailbox(), ScriptLane::function(Form::kTwoTexts), Form::kTwoTexts);
  count(state, [&] { calls.call_many(kEvents); });
}

void count_loop_completion(benchmark::State& state) {
  ScriptLane script;
  LoopCalls calls(script, Form::kTwoTexts);
  count(state, [&] { calls.run(kEvents); });
}

void allocations(benchmark::State& state, void (*measure)(benchmark::State&)) { measure(state); }
BENCHMARK_CAPTURE(allocations, post_hook, count_post_hook)->Iterations(1)->Apply(repeated);
BENCHMARK_CAPTURE(allocations, call_future, count_call_future)->Iterations(1)->Apply(repeated);
BENCHMARK_CAPTURE(allocations, loop_completion, count_loop_completion)
    ->Iterations(1)
    ->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
