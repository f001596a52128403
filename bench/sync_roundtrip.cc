#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/form.h"
#include "bench/machine.h"
#include "bench/python.h"
#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr int kTrips = 400;  // in each iteration

template <class Trip>
double median_us(Trip trip) {
  const OnCore here(0);
  Samples samples;
  for (int i = 0; i < kTrips; ++i) {
    const auto start = std::chrono::steady_clock::now();
    trip();
    samples.add(std::chrono::steady_clock::now() - start);
  }
  return samples.median();
}

// Reports the median time of `trip`, and its ratio to a hand-off between threads, measured in turn.
template <class Trip>
void measure_trips(benchmark::State& state, Trip trip) {
  (void)median_us(trip);
  Samples trips;
  Samples handoffs;
  Samples ratios;
  for (auto _ : state) {
    const double before = handoff_us();
    const double us = median_us(trip);
    const double handoff = (before + handoff_us()) / 2;
    trips.add(us);
    handoffs.add(handoff);
    ratios.add(us / handoff);
  }
  state.counters["p50_us"] = trips.median();
  state.counters["handoff_us"] = handoffs.median();
  state.counters["x_handoff"] = ratios.median();
}

// Calls `make` such that the threads that it starts run on the other core.
template <class Make>
auto on_other_core(Make make) {
  const OnCore there(1);
  return make();
}

// Waits for one call at a time: both threads sleep and are woken once for each call.
void sync_roundtrip(benchmark::State& state, Form form) {
  BenchHost host;
  const ScriptId script = on_other_core([&] { return host.load(events_script()); });
  measure_trips(state, [&] {
    benchmark::DoNotOptimize(
        form == Form::kOneText
            ? host.scripts().call(script, function_name(form), {kNick}).get()
            : host.scripts().call(script, function_name(form), {kNick, kMessage}).get());
  });
}
BENCHMARK_CAPTURE(sync_roundtrip, one_text, Form::kOneText)->Iterations(9)->Apply(repeated);
BENCHMARK_CAPTURE(sync_roundtrip, two_texts, Form::kTwoTexts)->Iterations(9)->Apply(repeated);

// Does the same for a hub that waits for a decision.
void wait_roundtrip(benchmark::State& state) {
  BenchHost host;
  on_other_core([&] { return host.load(events_script()); });
  measure_trips(state, [&] {
    benchmark::DoNotOptimize(
        host.scripts().decide_wait(verlihub::kOnParsedMsgChat, {kNick, kMessage}));
  });
}
BENCHMARK(wait_roundtrip)->Iterations(9)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
