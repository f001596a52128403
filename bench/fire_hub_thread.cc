#include <benchmark/benchmark.h>

#include <cstdint>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/direct_vectorcall.h"
#include "bench/form.h"
#include "bench/python.h"
#include "bench/row.h"
#include "hub/uv_loop.h"

namespace hookline::bench {
namespace {

constexpr int kEvents = 1'024;  // per iteration

// Fires a window of events, and one more for each verdict that comes.
class FiredEvents final : public VerdictHandler {
 public:
  FiredEvents(ScriptHost& scripts, Form form) : scripts_(scripts), form_(form) {
    scripts_.attach_loop(loop_.get());
    for (int i = 0; i < kEvents; ++i) {
      fire();
    }
  }
  FiredEvents(const FiredEvents&) = delete;
  FiredEvents& operator=(const FiredEvents&) = delete;
  ~FiredEvents() override {
    ending_ = true;
    while (under_way_ != 0) {
      uv_run(loop_.get(), UV_RUN_ONCE);
    }
    scripts_.detach_loop();
  }

  void on_verdict(const Verdict& verdict) noexcept override {
    --under_way_;
    ++decided_;
    undecided_ += verdict.late + verdict.failed + verdict.missed;
    if (!ending_) {
      fire();
    }
  }
  void run(std::int64_t verdicts) {
    const std::int64_t goal = decided_ + verdicts;
    while (decided_ < goal) {
      uv_run(loop_.get(), UV_RUN_ONCE);
    }
  }
  [[nodiscard]] bool failed() const { return undecided_ != 0; }

 private:
  void fire() {
    const bool fired = form_ == Form::kOneText
                           ? scripts_.fire(Hook::kOnUserLogin, {kNick}, *this)
                           : scripts_.fire(Hook::kOnParsedMsgChat, {kNick, kMessage}, *this);
    under_way_ += fired ? 1 : 0;
  }

  ScriptHost& scripts_;
  Form form_;
  UvLoop loop_;
  std::int64_t under_way_ = 0;
  std::int64_t decided_ = 0;
  std::uint64_t undecided_ = 0;
  bool ending_ = false;
};

// Events that the hub decides about on its loop: what they cost the hub's thread, the loop's own
// work included.
void fire_hub_thread(benchmark::State& state, Form form) {
  BenchHost host;
  host.load(events_script());
  const Ceiling ceiling(form);
  Cost cost;
  {
    FiredEvents events(host.scripts(), form);
    events.run(20'000);
    const Stopwatch watch;
    for (auto _ : state) {
      events.run(kEvents);
    }
    cost = watch.per(state.iterations() * kEvents);
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
