// Measures how the cost of an event grows with the number of threads that post to the same script.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <latch>
#include <thread>
#include <vector>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/form.h"
#include "bench/hub_hooks.h"
#include "bench/python.h"
#include "hookline/script_info.h"

namespace hookline::bench {

using namespace detail;

namespace {

void grow_producers(benchmark::State& state, Form form) {
  constexpr int kEvents = 400'000;
  const int producers = static_cast<int>(state.range(0));
  const int block = EventStream::kBlock / producers;  // as many are in flight as with one producer
  const int blocks = kEvents / EventStream::kBlock;
  BenchHost host;
  const ScriptId script = host.load(events_script());
  for (auto _ : state) {
    std::latch go(producers + 1);
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(producers));
    for (int i = 0; i < producers; ++i) {
      threads.emplace_back([&] {
        EventStream events(host.scripts(), {script}, form);
        events.post_block(block);
        go.arrive_and_wait();
        for (int posted = 0; posted < blocks; ++posted) {
          events.post_block(block);
        }
      });
    }
    go.arrive_and_wait();
    const Stopwatch watch;
    for (std::thread& thread : threads) {
      thread.join();
    }
    report(state, watch.per(std::int64_t{blocks} * block * producers));
  }
  state.counters["x"] = producers;
  if (host.lost() != 0) {
    state.SkipWithError("events were lost");
  }
}
BENCHMARK_CAPTURE(grow_producers, one_text, Form::kOneText)
    ->RangeMultiplier(2)
    ->Range(1, 16)
    ->Iterations(1)
    ->Apply(repeated);
BENCHMARK_CAPTURE(grow_producers, two_texts, Form::kTwoTexts)
    ->RangeMultiplier(2)
    ->Range(1, 16)
    ->Iterations(1)
    ->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
