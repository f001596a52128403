#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <thread>
#include <utility>

#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/lane.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "tests/support/fake_runner.h"
#include "tests/support/gate.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

// An estimate is off by a few samples, however many there are.
void expect_near(std::uint64_t estimate, std::uint64_t truth) {
  constexpr std::uint64_t kMost = 3 * CallStamp::kSampled;
  EXPECT_LE(estimate, truth + kMost);
  EXPECT_GE(estimate + kMost, truth);
}

// Has a lane with a gate in its function "wait", and another lane on the same worker, which shows
// when the turn of the first one is over.
class LaneMetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    script_->on_run = [this](const Request& request) -> Result<Value> {
      if (request.name == "wait") {
        gate_.pass();
      }
      return Value(1);
    };
    lane_ = add(script_);
    other_ = add(std::make_shared<FakeScript>());
  }

  std::shared_ptr<Lane> add(const std::shared_ptr<FakeScript>& script) {
    return pool_.add("lane", std::make_unique<FakeRunner>(script), {}).get().value();
  }

  static Future<Value> send(Lane& lane, const char* name) {
    return call(lane.mailbox(), OwnedRequest(name, {}));
  }

  // Lanes take turns, so when this returns every call of the lane has been recorded, and the lane
  // is idle.
  void let_turn_end() { (void)send(*other_, "f").get(); }

  // Counts the samples among the calls after the first, number 0.
  static std::uint64_t samples_up_to(std::uint64_t ticket) {
    std::uint64_t samples = 0;
    for (std::uint64_t i = 1; i <= ticket; ++i) {
      samples += CallStamp::is_sampled(i) ? 1U : 0U;
    }
    return samples;
  }

  // Posts `count` calls behind one that blocks the worker, and lets them all run.
  void flood(int count) {
    auto first = send(*lane_, "wait");
    gate_.wait_for_arrival();
    std::deque<ProbeCall> calls(static_cast<std::size_t>(count));
    for (ProbeCall& each : calls) {
      lane_->mailbox().post(each);
    }
    gate_.open();
    pool_.shutdown(Drain::kRun);
    EXPECT_EQ(std::ranges::count(calls, 1, &ProbeCall::ended), count);
  }

  // This is far more than a call takes if nothing blocks it, in nanoseconds.
  static constexpr std::uint64_t kPause = 5'000'000;
  static void pass_time() {
    const std::uint64_t start = monotonic_ns();
    while (monotonic_ns() - start < kPause) {
      std::this_thread::yield();
    }
  }

  [[nodiscard]] const LaneMetrics& metrics() const { return lane_->metrics(); }

  void expect_counts(std::uint64_t count) const {
    EXPECT_EQ(metrics().queue_wait_ns.count(), count);
    EXPECT_EQ(metrics().run_ns.count(), count);
    EXPECT_EQ(metrics().total_ns.count(), count);
  }

  Gate gate_;
  std::shared_ptr<FakeScript> script_ = std::make_shared<FakeScript>();
  WorkerPool pool_{{.workers = 1}};
  std::shared_ptr<Lane> lane_;
  std::shared_ptr<Lane> other_;
};

TEST_F(LaneMetricsTest, NothingIsMeasuredAtFirst) { expect_counts(0); }

// This holds also for the numbers that a flood would sample: they must not weigh more.
TEST_F(LaneMetricsTest, EveryCallOfAQuietMailboxIsMeasured) {
  constexpr std::uint64_t kCalls = 3 * CallStamp::kSampled + 5;
  for (std::uint64_t i = 1; i <= kCalls; ++i) {
    (void)send(*lane_, "f").get();
    let_turn_end();
    EXPECT_EQ(metrics().total_ns.count(), i);
  }
  expect_counts(kCalls);
}

// The first call weighs one, and each sampled call behind it kSampled.
TEST_F(LaneMetricsTest, AFloodIsSampledAndItsWeightsMakeUpForIt) {
  constexpr int kCalls = 100 * CallStamp::kSampled;
  flood(kCalls);
  expect_counts(1 + CallStamp::kSampled * samples_up_to(kCalls));
  expect_near(metrics().total_ns.count(), kCalls + 1);
}

TEST_F(LaneMetricsTest, WaitingAndRunningMakeUpTheTotal) {
  (void)send(*lane_, "f").get();
  let_turn_end();
  const std::uint64_t wait = metrics().queue_wait_ns.percentile(1);
  const std::uint64_t run = metrics().run_ns.percentile(1);
  const std::uint64_t total = metrics().total_ns.percentile(1);
  // Each figure is the top of its bucket, so the sum of the two may be above the total, or below
  // it.
  EXPECT_GE(total, std::max(wait, run));
  EXPECT_LE(total, (wait + run) + (wait + run) / 32);
}

TEST_F(LaneMetricsTest, ACallThatIsHeldUpRunsAsLong) {
  auto held_up = send(*lane_, "wait");
  gate_.wait_for_arrival();
  pass_time();
  gate_.open();
  held_up.wait();
  let_turn_end();
  EXPECT_GE(metrics().run_ns.percentile(1), kPause);
  EXPECT_GE(metrics().total_ns.percentile(1), metrics().run_ns.percentile(1));
}

// Calls behind one that takes long have waited, and have not run long themselves.
TEST_F(LaneMetricsTest, TheWaitBehindAnotherCallIsQueueWait) {
  auto first = send(*lane_, "wait");
  gate_.wait_for_arrival();
  constexpr int kCalls = 4 * CallStamp::kSampled;
  std::deque<ProbeCall> calls(kCalls);
  for (ProbeCall& each : calls) {
    lane_->mailbox().post(each);
  }
  pass_time();
  gate_.open();
  pool_.shutdown(Drain::kRun);
  // One is for the call that blocked the worker, and the rest are for those that waited.
  expect_counts(1 + CallStamp::kSampled * samples_up_to(kCalls));
  EXPECT_GE(metrics().queue_wait_ns.percentile(0.5), kPause);
  EXPECT_GE(metrics().total_ns.percentile(0.5), kPause);
}

TEST_F(LaneMetricsTest, ACallThatIsRefusedIsNotMeasured) {
  lane_->mailbox().close(ErrorCode::kScriptUnloaded);
  EXPECT_FALSE(send(*lane_, "f").get().has_value());
  let_turn_end();
  expect_counts(0);
}

TEST(CallStamp, KeepsTheTimeAndItsWeight) {
  EXPECT_FALSE(CallStamp().measured());
  const CallStamp first(12'345, true);
  EXPECT_TRUE(first.measured());
  EXPECT_EQ(first.weight(), 1U);
  EXPECT_EQ(first.posted_ns(), 12'345U);
  const CallStamp later(12'345, false);
  EXPECT_TRUE(later.measured());
  EXPECT_EQ(later.weight(), CallStamp::kSampled);
  EXPECT_EQ(later.posted_ns(), 12'345U);
}

// The times are known. A first call weighs one, and a call behind it kSampled.
TEST(LaneMetrics, RecordsTimesWithTheirWeights) {
  LaneMetrics metrics;
  metrics.record(CallStamp(100, true), 110, 113);
  EXPECT_EQ(metrics.queue_wait_ns.percentile(1), 10U);
  EXPECT_EQ(metrics.run_ns.percentile(1), 3U);
  EXPECT_EQ(metrics.total_ns.percentile(1), 13U);
  metrics.record(CallStamp(100, false), 120, 121);
  EXPECT_EQ(metrics.queue_wait_ns.count(), 1U + CallStamp::kSampled);
  EXPECT_EQ(metrics.queue_wait_ns.percentile(0.5), 20U);
  EXPECT_EQ(metrics.run_ns.percentile(0.5), 1U);
  EXPECT_EQ(metrics.run_ns.percentile(1), 3U);
}

// This holds also far from the beginning, and for any step through the numbers.
TEST(CallStamp, SamplesTheSamePartWithAnyStep) {
  constexpr std::uint64_t kSampled = CallStamp::kSampled;
  constexpr std::uint64_t kSamples = 1'000;
  for (const std::uint64_t start : {0ULL, 1'000'000'007ULL, 1ULL << 61U}) {
    for (const std::uint64_t step :
         {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, kSampled - 4, kSampled - 1,
          kSampled, kSampled + 1, std::uint64_t{100}, 4 * kSampled, std::uint64_t{1000},
          1024 * kSampled}) {
      std::uint64_t sampled = 0;
      for (std::uint64_t i = 0; i < kSamples * kSampled; ++i) {
        sampled += CallStamp::is_sampled(start + i * step) ? 1U : 0U;
      }
      EXPECT_NEAR(static_cast<double>(sampled), static_cast<double>(kSamples), 50)
          << "from " << start << " in steps of " << step;
    }
  }
}

// A host with a rhythm posts bursts of one length and lets the mailbox run empty between them.
TEST(LaneMetrics, BurstsOfAnyLengthAreCountedRight) {
  constexpr std::size_t kSampled = CallStamp::kSampled;
  for (const std::size_t length : {std::size_t{2}, kSampled / 2, kSampled - 1, kSampled,
                                   kSampled + 1, 2 * kSampled, kSampled * 9 / 4, 4 * kSampled}) {
    IdleWorker worker;
    Mailbox mailbox({}, worker);
    MailboxReader reader(mailbox, 256);
    std::uint64_t estimate = 0;
    constexpr int kBursts = 1'000;
    for (int burst = 0; burst < kBursts; ++burst) {
      std::deque<ProbeCall> calls(length);
      for (ProbeCall& each : calls) {
        mailbox.post(each);
      }
      while (Call* call = reader.next()) {
        if (const CallStamp stamp = reader.slot().stamp(); stamp.measured()) {
          estimate += stamp.weight();
        }
        call->finish({});
      }
      EXPECT_TRUE(reader.try_become_idle());
    }
    const auto calls = static_cast<double>(kBursts * length);
    EXPECT_NEAR(static_cast<double>(estimate), calls, calls / 10) << "bursts of " << length;
  }
}

}  // namespace
}  // namespace hookline
