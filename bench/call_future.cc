#include <benchmark/benchmark.h>

#include "bench/call_window.h"
#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/form.h"
#include "bench/script_lane.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr int kCalls = 1'024;  // in each iteration

// Makes calls and reads each result. Also reports the CPU time of all threads.
void call_future(benchmark::State& state, Form form) {
  ScriptLane script;
  CallWindow calls(script.mailbox(), ScriptLane::function(form), form);
  calls.call_many(20'000);
  calls.drain();
  const Ceiling ceiling(form);
  const Stopwatch watch;
  for (auto _ : state) {
    calls.call_many(kCalls);
  }
  calls.drain();
  const Cost cost = watch.per(state.iterations() * kCalls);
  report(state, cost, ceiling.end());
  if (calls.failed() != 0) {
    state.SkipWithError("calls failed");
  }
}
BENCHMARK_CAPTURE(call_future, one_text, Form::kOneText)->Iterations(500)->Apply(repeated);
BENCHMARK_CAPTURE(call_future, two_texts, Form::kTwoTexts)->Iterations(500)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
