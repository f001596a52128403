#include <benchmark/benchmark.h>

#include <algorithm>
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

constexpr int kEvents = 200'000;

// Passes 200,000 chat events through three scripts that each do a little. All must arrive.
void chat_events(benchmark::State& state) {
  for (auto _ : state) {
    BenchHost host;
    const std::vector<ScriptId> scripts =
        host.load_all({script_file("hub5/activity.py"), script_file("hub5/log.py"),
                       script_file("hub5/words.py")});
    EventStream events(host.scripts(), scripts, Form::kTwoTexts);
    const Stopwatch watch;
    for (int posted = 0; posted < kEvents; posted += EventStream::kBlock) {
      events.post_block(std::min(EventStream::kBlock, kEvents - posted));
    }
    events.drain();
    const Cost cost = watch.per(kEvents);
    report(state, cost);
    state.counters["per_s"] = 1e9 / cost.wall;
    for (const ScriptId script : scripts) {
      if (or_die(host.scripts().call(script, "hooks_seen", {}).get()) != Value(kEvents)) {
        state.SkipWithError("a script has not seen all events");
      }
    }
  }
}
BENCHMARK(chat_events)->Iterations(1)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
