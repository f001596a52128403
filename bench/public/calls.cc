// Measures calls of a script's functions, with 1,024 of them in flight.

#include <benchmark/benchmark.h>

#include <string_view>

#include "bench/call_window.h"
#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/public/callers.h"
#include "bench/public/loop_calls.h"

namespace hookline::bench {

namespace {

constexpr int kCalls = 1'024;  // in each iteration
constexpr int kWarmUp = 20'000;

// Makes calls and reads each result. Also reports the CPU time of all threads.
template <class Caller>
void futures(benchmark::State& state, Form form) {
  OwnHost host;
  const Caller caller(host);
  CallWindow calls([&](std::string_view nick) { return caller(form, nick); });
  calls.call_many(kWarmUp);
  calls.drain();
  const Ceiling ceiling(form);
  SliceWatch watch;
  for (auto _ : state) {
    calls.call_many(kCalls);
    watch.add(kCalls);
  }
  calls.drain();
  report(state, watch.median(), ceiling);
  if (calls.failed() != 0) {
    state.SkipWithError("calls failed");
  }
}

// Makes calls whose results go to a handler on a libuv loop.
void call_held_loop(benchmark::State& state, Form form) {
  OwnHost host;
  const Ceiling ceiling(form);
  Cost cost;
  {
    LoopCalls calls(host, form);
    calls.run(kWarmUp);
    SliceWatch watch;
    for (auto _ : state) {
      calls.run(kCalls);
      watch.add(kCalls);
    }
    cost = watch.median();
    if (calls.failed() != 0) {
      state.SkipWithError("calls failed");
    }
  }
  report(state, cost, ceiling);
}

void call_held(benchmark::State& state, Form form) { futures<HeldCaller>(state, form); }
void call_by_name(benchmark::State& state, Form form) { futures<NameCaller>(state, form); }
void call_typed(benchmark::State& state, Form form) { futures<TypedCaller>(state, form); }

#define HOOKLINE_BOTH_FORMS(name)                                                           \
  BENCHMARK_CAPTURE(name, one_text, Form::kOneText)->Iterations(200)->Apply(in_units_of_d); \
  BENCHMARK_CAPTURE(name, two_texts, Form::kTwoTexts)->Iterations(200)->Apply(in_units_of_d)
HOOKLINE_BOTH_FORMS(call_held);
HOOKLINE_BOTH_FORMS(call_held_loop);
HOOKLINE_BOTH_FORMS(call_by_name);
HOOKLINE_BOTH_FORMS(call_typed);
#undef HOOKLINE_BOTH_FORMS

}  // namespace
}  // namespace hookline::bench
