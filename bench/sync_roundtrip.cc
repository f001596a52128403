#include <benchmark/benchmark.h>

#include <chrono>

#include "bench/form.h"
#include "bench/median.h"
#include "bench/script_lane.h"
#include "bench/thread_handoff.h"
#include "dispatch/promise_call.h"

namespace hookline::bench {
namespace {

// One call at a time, waited for: both threads go to sleep and are woken once per call.
void sync_roundtrip(benchmark::State& state, Form form) {
  const double floor = handoff_us();
  ScriptLane script;
  const std::uint32_t function = script.function(form);
  Samples samples;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(PromiseCall::post(script.mailbox(), [&](OwnedRequest& request) {
                               fill(request, function, form);
                             }).get());
    samples.add(std::chrono::steady_clock::now() - start);
  }
  const double median = samples.median_us();
  state.counters["p50_us"] = median;
  state.counters["x_handoff"] = median / floor;
}
BENCHMARK_CAPTURE(sync_roundtrip, one_text, Form::kOneText)->UseRealTime();
BENCHMARK_CAPTURE(sync_roundtrip, two_texts, Form::kTwoTexts)->UseRealTime();

}  // namespace
}  // namespace hookline::bench
