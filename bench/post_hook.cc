#include <benchmark/benchmark.h>

#include "bench/direct_vectorcall.h"
#include "bench/form.h"
#include "bench/script_lane.h"
#include "bench/usage.h"
#include "dispatch/posted_call.h"

namespace hookline::bench {
namespace {

// So few that they never fill the mailbox, so many that waking the worker for the first one and
// waiting for the last one do not count.
constexpr int kBurst = 20'000;

// Fire and forget: bursts of events, each burst until the last one has run.
void post_hook(benchmark::State& state, Form form) {
  const Direct ceiling = direct(form);
  ScriptLane script;
  const std::uint32_t function = script.function(form);
  Usage usage(state, ceiling);
  for (auto _ : state) {
    for (int i = 0; i < kBurst; ++i) {
      PostedCall::post(script.mailbox(),
                       [&](OwnedRequest& request) { fill(request, function, form); });
    }
    script.drain();
  }
  usage.report(state.iterations() * kBurst);
}
BENCHMARK_CAPTURE(post_hook, one_text, Form::kOneText)->UseRealTime();
BENCHMARK_CAPTURE(post_hook, two_texts, Form::kTwoTexts)->UseRealTime();

}  // namespace
}  // namespace hookline::bench
