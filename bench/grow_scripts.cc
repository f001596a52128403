// Measures how the cost of an event grows with the number of scripts.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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

// Returns the wall-clock time for each call of a script.
double ns_of_call(EventStream& events, int block, std::int64_t calls_per_event) {
  constexpr std::int64_t kCalls = 200'000;
  const std::int64_t blocks = std::max<std::int64_t>(kCalls / (block * calls_per_event), 4);
  events.post_block(block);
  events.drain();
  const Stopwatch watch;
  for (std::int64_t i = 0; i < blocks; ++i) {
    events.post_block(block);
  }
  events.drain();
  return watch.per(blocks * block * calls_per_event).wall;
}

// Only one script has the login hook, but all of them have the chat hook.
void grow_scripts(benchmark::State& state) {
  const std::int64_t count = state.range(0);
  const ScriptCopies others(script_file("chat_only.py"), static_cast<std::size_t>(count - 1));
  BenchHost host;
  std::vector<ScriptId> scripts = host.load_all(others.paths());
  const ScriptId busy = host.load(events_script());
  scripts.push_back(busy);
  EventStream logins(host.scripts(), {busy}, Form::kOneText);
  EventStream lines(host.scripts(), scripts, Form::kTwoTexts);
  const auto block = static_cast<int>(std::max<std::int64_t>(EventStream::kBlock / count, 64));
  Samples one;
  Samples all;
  for (auto _ : state) {
    one.add(ns_of_call(logins, EventStream::kBlock, 1));
    all.add(ns_of_call(lines, block, count));
  }
  state.counters["one_busy_ns"] = one.median();
  state.counters["all_busy_ns"] = all.median();
  state.counters["x"] = static_cast<double>(count);
  if (logins.failed() || lines.failed() || host.lost() != 0) {
    state.SkipWithError("events were lost");
  }
}
BENCHMARK(grow_scripts)->RangeMultiplier(4)->Range(1, 256)->Iterations(3)->Apply(once);

}  // namespace
}  // namespace hookline::bench
