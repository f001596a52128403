#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

#include "bench/direct_vectorcall.h"
#include "bench/form.h"
#include "bench/script_lane.h"
#include "bench/usage.h"
#include "dispatch/promise_call.h"

namespace hookline::bench {
namespace {

constexpr std::size_t kWindow = 1024;

// A window of calls on their way; each result is read before its place is used again.
void call_future(benchmark::State& state, Form form) {
  const Direct ceiling = direct(form);
  ScriptLane script;
  const std::uint32_t function = script.function(form);
  std::vector<Future<Value>> window(kWindow);
  std::size_t next = 0;
  std::int64_t failed = 0;
  Usage usage(state, ceiling);
  for (auto _ : state) {
    Future<Value>& future = window[next++ % kWindow];
    if (future.valid()) {
      failed += future.get().has_value() ? 0 : 1;
    }
    future = PromiseCall::post(script.mailbox(),
                               [&](OwnedRequest& request) { fill(request, function, form); });
  }
  usage.report(state.iterations());
  if (failed != 0) {
    state.SkipWithError("calls failed");
  }
  window.clear();
}
BENCHMARK_CAPTURE(call_future, one_text, Form::kOneText)->UseRealTime();
BENCHMARK_CAPTURE(call_future, two_texts, Form::kTwoTexts)->UseRealTime();

}  // namespace
}  // namespace hookline::bench
