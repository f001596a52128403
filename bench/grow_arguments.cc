// Measures how the cost of an event grows with the size of its message.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/form.h"
#include "bench/hub_hooks.h"
#include "bench/python.h"
#include "hookline/script_info.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr std::int64_t kLeast = 10;
constexpr std::int64_t kMost = 1'000'000;

std::string message_of(std::int64_t size) {
  std::string message;
  message.assign(static_cast<std::size_t>(size), 'x');
  return message;
}

void direct(benchmark::State& state) {
  const std::string message = message_of(state.range(0));
  for (auto _ : state) {
    state.counters["ns"] = measure_direct(Form::kTwoTexts, message).wall_ns;
  }
  state.counters["x"] = static_cast<double>(state.range(0));
}

void post(benchmark::State& state) {
  constexpr std::int64_t kBytesUnderWay = 2'000'000;
  constexpr std::int64_t kBytes = 100'000'000;
  const std::string message = message_of(state.range(0));
  const auto block = static_cast<int>(
      std::clamp<std::int64_t>(kBytesUnderWay / state.range(0), 2, EventStream::kBlock));
  const std::int64_t blocks =
      std::clamp<std::int64_t>(kBytes / state.range(0), 100, 200'000) / block;
  BenchHost host;
  EventStream events(host.scripts(), {host.load(events_script())}, Form::kTwoTexts, message);
  events.post_block(block);
  for (auto _ : state) {
    events.drain();
    const Stopwatch watch;
    for (std::int64_t i = 0; i < blocks; ++i) {
      events.post_block(block);
    }
    events.drain();
    report(state, watch.per(blocks * block));
  }
  state.counters["x"] = static_cast<double>(state.range(0));
}

void grow_arguments(benchmark::State& state, void (*run)(benchmark::State&)) { run(state); }
BENCHMARK_CAPTURE(grow_arguments, direct, direct)
    ->RangeMultiplier(10)
    ->Range(kLeast, kMost)
    ->Iterations(1)
    ->Apply(repeated);
BENCHMARK_CAPTURE(grow_arguments, post, post)
    ->RangeMultiplier(10)
    ->Range(kLeast, kMost)
    ->Iterations(1)
    ->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
