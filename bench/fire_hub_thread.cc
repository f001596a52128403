#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/form.h"
#include "bench/python.h"
#include "hookline/decision.h"
#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "hub/net/uv_handle.h"

namespace hookline::bench {

using namespace detail;
using namespace hub;

namespace {

constexpr int kEvents = 1'024;  // in each iteration
// About the time that the script needs for a window. Sleeping is cheaper than waiting for the
// future, which polls first and so takes CPU time.
constexpr std::chrono::microseconds kAnswered(200);

// Asks about a window of events, sleeps until the script has answered all of them, and then lets
// the loop deliver the decisions. Measures the CPU time of asking and delivering, but not that of
// the sleep in between. If the loop ran in the meantime, it would find one or two decisions in each
// turn, and the number of turns would determine the result.
class FiredEvents final : public DecisionHandler {
 public:
  FiredEvents(ScriptHost& scripts, ScriptId script, Form form)
      : scripts_(scripts), script_(script), form_(form) {
    scripts_.attach_loop(loop_.get());
  }
  FiredEvents(const FiredEvents&) = delete;
  FiredEvents& operator=(const FiredEvents&) = delete;
  ~FiredEvents() override { scripts_.detach_loop(); }

  void on_decision(const Decision& decision) noexcept override {
    ++decided_;
    undecided_ += decision.late + decision.failed + decision.missed;
  }
  void run_window() {
    const std::int64_t goal = decided_ + kEvents;
    {
      const LapWatch::Lap lap(watch_);
      for (int i = 0; i < kEvents; ++i) {
        ask();
      }
    }
    const Future<Value> last = scripts_.call(script_, "hooks_seen", {});
    std::this_thread::sleep_for(kAnswered);
    last.wait();
    const LapWatch::Lap lap(watch_);
    while (decided_ < goal) {
      uv_run(loop_.get(), UV_RUN_ONCE);
    }
  }
  [[nodiscard]] double thread_cpu_per(std::int64_t events) const { return watch_.per(events); }
  void start_measuring() { watch_ = {}; }
  [[nodiscard]] bool failed() const { return undecided_ != 0; }

 private:
  void ask() {
    const Asked asked =
        form_ == Form::kOneText
            ? scripts_.decide_on_loop(verlihub::kOnUserLogin, {nicks_.next()}, *this)
            : scripts_.decide_on_loop(verlihub::kOnParsedMsgChat, {nicks_.next(), kMessage}, *this);
    undecided_ += asked == Asked::kWaiting ? 0 : 1;
  }

  ScriptHost& scripts_;
  ScriptId script_;
  Form form_;
  UvLoop loop_;
  Nicks nicks_;
  LapWatch watch_;
  std::int64_t decided_ = 0;
  std::uint64_t undecided_ = 0;
};

// Measures the cost, on the hub's thread, of an event that the hub decides on its loop.
void fire_hub_thread(benchmark::State& state, Form form) {
  BenchHost host;
  const ScriptId script = host.load(events_script());
  const Ceiling ceiling(form);
  Cost cost;
  {
    FiredEvents events(host.scripts(), script, form);
    for (int i = 0; i < 20; ++i) {
      events.run_window();
    }
    const Stopwatch watch;
    events.start_measuring();
    for (auto _ : state) {
      events.run_window();
    }
    cost = watch.per(state.iterations() * kEvents);
    cost.thread_cpu = events.thread_cpu_per(state.iterations() * kEvents);
    if (events.failed()) {
      state.SkipWithError("events were not decided");
    }
  }
  report(state, cost, ceiling.end());
}
BENCHMARK_CAPTURE(fire_hub_thread, one_text, Form::kOneText)->Iterations(400)->Apply(repeated);
BENCHMARK_CAPTURE(fire_hub_thread, two_texts, Form::kTwoTexts)->Iterations(400)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
