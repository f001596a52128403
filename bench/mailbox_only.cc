#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/cost.h"
#include "bench/form.h"
#include "dispatch/call/request_writer.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"
#include "tests/support/quiet_runner.h"

namespace hookline::bench {

using namespace detail;

namespace {

void fill(RequestWriter& request, std::uint32_t function, Form form,
          std::string_view nick = kNick) {
  request.set_function(function);
  request.add_text(nick);
  if (form == Form::kTwoTexts) {
    request.add_text(kMessage);
  }
}

constexpr int kBurst = 20'000;

std::shared_ptr<Lane> add_quiet_lane(WorkerPool& pool) {
  auto runner = [](const Request& request) -> Result<Value> {
    return Value(static_cast<long>(request.size()));
  };
  return pool.add("quiet", std::make_unique<QuietRunner<decltype(runner)>>(runner)).get().value();
}

// One thread puts a call in and takes it out. This measures the instructions of the mailbox and
// nothing else.
void mailbox_alone(benchmark::State& state) {
  constexpr int kCalls = 256;
  IdleWorker worker;
  Mailbox mailbox({}, worker);
  MailboxReader reader(mailbox, 256);
  EmptyCall call;
  const Stopwatch watch;
  for (auto _ : state) {
    for (int i = 0; i < kCalls; ++i) {
      mailbox.post(call);
    }
    while (Call* next = reader.next()) {
      benchmark::DoNotOptimize(next);
    }
  }
  report(state, watch.per(state.iterations() * kCalls));
}
BENCHMARK(mailbox_alone);

// Posts calls as events are posted, with a runner that does nothing instead of Python.
void post_without_python(benchmark::State& state, Form form) {
  WorkerPool pool;
  const auto lane = add_quiet_lane(pool);
  EmptyCall call;
  OwnedRequest owned;  // stays empty, since the request fits into the slot
  const Stopwatch watch;
  for (auto _ : state) {
    for (int i = 0; i < kBurst; ++i) {
      QueueSlot slot(call);
      RequestWriter request(slot, owned);
      fill(request, 0, form);
      lane->mailbox().post(std::move(slot));
    }
    FutureCall::post(lane->mailbox(), [](RequestWriter& request) {
      request.set_function(0);
    }).wait();
  }
  report(state, watch.per(state.iterations() * kBurst));
}
BENCHMARK_CAPTURE(post_without_python, one_text, Form::kOneText)->UseRealTime();
BENCHMARK_CAPTURE(post_without_python, two_texts, Form::kTwoTexts)->UseRealTime();

// Does what call_held does, with a runner that does nothing instead of Python.
void call_without_python(benchmark::State& state, Form form) {
  constexpr std::size_t kWindow = 1024;
  WorkerPool pool;
  const auto lane = add_quiet_lane(pool);
  std::vector<Future<Value>> window(kWindow);
  std::size_t next = 0;
  const Stopwatch watch;
  for (auto _ : state) {
    Future<Value>& future = window[next++ % kWindow];
    if (future.valid()) {
      benchmark::DoNotOptimize(future.get());
    }
    future =
        FutureCall::post(lane->mailbox(), [&](RequestWriter& request) { fill(request, 0, form); });
  }
  report(state, watch.per(state.iterations()));
}
BENCHMARK_CAPTURE(call_without_python, one_text, Form::kOneText)->UseRealTime();
BENCHMARK_CAPTURE(call_without_python, two_texts, Form::kTwoTexts)->UseRealTime();

}  // namespace
}  // namespace hookline::bench
