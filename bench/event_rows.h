#pragma once

#include <benchmark/benchmark.h>

#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/form.h"

// Makes the measurements of events, which rows of several vocabularies share.
namespace hookline::bench {

// Posts events without waiting for a result. `host` counts what was lost.
template <class Host, class Events>
void measure_posts(benchmark::State& state, const Host& host, Events& events, Form form) {
  for (int i = 0; i < 20; ++i) {
    events.post_block();
  }
  events.drain();
  const Ceiling ceiling(form);
  SliceWatch watch;
  for (auto _ : state) {
    events.post_block();
    watch.add(Events::kBlock);
  }
  events.drain();
  report(state, watch.median(), ceiling);
  if (events.failed() || host.lost() != 0) {
    state.SkipWithError("events were lost");
  }
}

// Measures the cost, on the host's thread, of an event that is decided on its loop.
template <class Events>
void measure_decisions(benchmark::State& state, Events& events, Form form) {
  for (int i = 0; i < 20; ++i) {
    events.run_window();
  }
  const Ceiling ceiling(form);
  SliceWatch watch;
  events.start_measuring();
  for (auto _ : state) {
    events.run_window();
    watch.add(Events::kWindow);
  }
  Cost cost = watch.median();
  cost.thread_cpu = events.thread_cpu();
  report(state, cost, ceiling);
  if (events.failed()) {
    state.SkipWithError("events were not decided");
  }
}

}  // namespace hookline::bench
