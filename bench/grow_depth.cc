// Measures how the cost of an event depends on the number of events in flight.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bench/bench_host.h"
#include "bench/call_window.h"
#include "bench/cost.h"
#include "bench/form.h"
#include "bench/hub_hooks.h"
#include "bench/python.h"
#include "hookline/typed_call.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr std::int64_t kMost = 100'000;
constexpr MailboxOptions kDeep{.capacity = 2 * kMost};

// Returns a number that makes the final wait negligible, but does not make a shallow queue take
// seconds.
std::int64_t events_of(std::int64_t depth) {
  return std::clamp<std::int64_t>(depth * 300, 1'500, 300'000);
}

// Posts bursts of this many events, and waits for each burst.
void post(benchmark::State& state) {
  const std::int64_t depth = state.range(0);
  BenchHost host({.mailbox = kDeep});
  EventStream events(host.scripts(), {host.load(events_script())}, Form::kTwoTexts);
  events.post_block(static_cast<int>(depth));
  const std::int64_t bursts = events_of(depth) / depth;
  for (auto _ : state) {
    events.drain();
    const Stopwatch watch;
    for (std::int64_t i = 0; i < bursts; ++i) {
      events.post_block(static_cast<int>(depth));
      events.drain();
    }
    report(state, watch.per(bursts * depth));
  }
  state.counters["x"] = static_cast<double>(depth);
}

// Makes calls with a sliding window of this size.
void call(benchmark::State& state) {
  const std::int64_t depth = state.range(0);
  BenchHost host({.mailbox = kDeep});
  const ScriptId script = host.load(events_script());
  const auto function =
      host.scripts().function<std::int64_t(std::string, std::string)>(script, "OnParsedMsgChat");
  CallWindow calls([&](std::string_view nick) { return function(nick, kMessage); },
                   static_cast<std::size_t>(depth));
  calls.call_many(depth);
  for (auto _ : state) {
    const Stopwatch watch;
    calls.call_many(events_of(depth));
    report(state, watch.per(events_of(depth)));
  }
  state.counters["x"] = static_cast<double>(depth);
}

void grow_depth(benchmark::State& state, void (*run)(benchmark::State&)) { run(state); }
BENCHMARK_CAPTURE(grow_depth, post, post)
    ->RangeMultiplier(10)
    ->Range(1, kMost)
    ->Iterations(1)
    ->Apply(repeated);
BENCHMARK_CAPTURE(grow_depth, call, call)
    ->RangeMultiplier(10)
    ->Range(1, kMost)
    ->Iterations(1)
    ->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
