#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "bench/bench_host.h"
#include "bench/core.h"
#include "bench/form.h"
#include "bench/python.h"
#include "bench/row.h"
#include "bench/samples.h"
#include "bench/script_lane.h"
#include "bench/thread_handoff.h"
#include "dispatch/promise_call.h"

namespace hookline::bench {
namespace {

// The median of what `trip` takes, and what that is in hand-offs between threads, measured right
// before and right after.
template <class Trip>
void measure_trips(benchmark::State& state, Trip trip) {
  constexpr int kWarmUp = 200;
  const double before = handoff_us();
  const OnCore here(0);
  for (int i = 0; i < kWarmUp; ++i) {
    trip();
  }
  Samples samples;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    trip();
    samples.add(std::chrono::steady_clock::now() - start);
  }
  const double median = samples.median();
  const double handoff = (before + handoff_us()) / 2;
  state.counters["p50_us"] = median;
  state.counters["handoff_us"] = handoff;
  state.counters["x_handoff"] = median / handoff;
}

// What `make` makes, with its threads on the other core.
template <class Make>
auto on_other_core(Make make) {
  const OnCore there(1);
  return make();
}

// One call at a time, waited for: both threads go to sleep and are woken once per call.
void sync_roundtrip(benchmark::State& state, Form form) {
  const auto script = on_other_core([] { return std::make_unique<ScriptLane>(); });
  const std::uint32_t function = script->function(form);
  measure_trips(state, [&] {
    benchmark::DoNotOptimize(PromiseCall::post(script->mailbox(), [&](OwnedRequest& request) {
                               fill(request, function, form);
                             }).get());
  });
}
BENCHMARK_CAPTURE(sync_roundtrip, one_text, Form::kOneText)->Iterations(4'000)->Apply(repeated);
BENCHMARK_CAPTURE(sync_roundtrip, two_texts, Form::kTwoTexts)->Iterations(4'000)->Apply(repeated);

// The same as a hub does it that waits for a verdict.
void wait_roundtrip(benchmark::State& state) {
  BenchHost host;
  on_other_core([&] { return host.load(events_script()); });
  measure_trips(state, [&] {
    benchmark::DoNotOptimize(host.scripts().wait(Hook::kOnParsedMsgChat, {kNick, kMessage}));
  });
}
BENCHMARK(wait_roundtrip)->Iterations(4'000)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
