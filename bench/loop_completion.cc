#include <benchmark/benchmark.h>

#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/form.h"
#include "bench/loop_calls.h"
#include "bench/script_lane.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr int kCalls = 1'024;  // in each iteration

// Makes calls whose results go to a callback on a libuv loop.
void loop_completion(benchmark::State& state, Form form) {
  ScriptLane script;
  const Ceiling ceiling(form);
  Cost cost;
  {
    LoopCalls calls(script, form);
    calls.run(20'000);
    const Stopwatch watch;
    for (auto _ : state) {
      calls.run(kCalls);
    }
    cost = watch.per(state.iterations() * kCalls);
    if (calls.failed() != 0) {
      state.SkipWithError("calls failed");
    }
  }
  report(state, cost, ceiling.end());
}
BENCHMARK_CAPTURE(loop_completion, one_text, Form::kOneText)->Iterations(400)->Apply(repeated);
BENCHMARK_CAPTURE(loop_completion, two_texts, Form::kTwoTexts)->Iterations(400)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
