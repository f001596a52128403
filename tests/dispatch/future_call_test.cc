#include "dispatch/submit/future_call.h"

#include <gtest/gtest.h>

#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/base/prefetch.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "tests/support/fake_runner.h"
#include "tests/support/gate.h"
#include "tests/support/idle_worker.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

using std::chrono::seconds;

static_assert(alignof(FutureCall) == kCacheLine);

// Has a mailbox that only run_next() empties, and a clock that stands still.
class FutureCallTest : public testing::Test {
 protected:
  Future<Value> post(CallLimits limits = {}) {
    return FutureCall::post(
        mailbox_, [](RequestWriter& request) { request.set_name("f"); }, limits);
  }
  CallLimits within(Duration duration) {
    return {.deadline = clock_.now() + duration, .timers = &timers_};
  }
  // Posts a call with a handle of `object` among its arguments.
  Future<Value> post_with(const std::shared_ptr<int>& object, CallLimits limits) {
    return FutureCall::post(
        mailbox_,
        [&](RequestWriter& request) {
          request.set_name("f");
          request.add_value(Handle(object));
        },
        limits);
  }
  // Advances the clock and waits until every timer that is then due has expired.
  void pass_time(Duration duration) {
    class Last final : public Timer {
     public:
      void expire() noexcept override { expired.release(); }
      std::binary_semaphore expired{0};
    } last;
    EXPECT_TRUE(timers_.try_schedule(last, clock_.now() + duration + Duration(1)));
    clock_.advance(duration + Duration(1));
    last.expired.acquire();
  }
  // Does what a worker would do with the next call, and tells whether the call was run.
  bool run_next(Result<Value> result) {
    Call* call = reader_.next();
    if (call == nullptr) {
      return false;
    }
    const bool started = call->try_start();
    call->finish(std::move(result));
    return started;
  }

  ManualClock clock_;
  TimerService timers_{clock_};
  IdleWorker worker_;
  Mailbox mailbox_{{.capacity = 100}, worker_};
  MailboxReader reader_{mailbox_, 256};
};

TEST_F(FutureCallTest, DeliversItsResult) {
  auto future = post();
  EXPECT_TRUE(run_next(Value(1)));
  EXPECT_EQ(future.get(), Value(1));
}

TEST_F(FutureCallTest, DeliversWhatTheMailboxSays) {
  mailbox_.close(ErrorCode::kQuarantined);
  EXPECT_EQ(post().get().error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(post(within(seconds(1))).get().error().code, ErrorCode::kQuarantined);
}

TEST_F(FutureCallTest, RunsEvenIfNobodyHoldsTheFuture) {
  (void)post();
  EXPECT_TRUE(run_next(Value(1)));
}

TEST_F(FutureCallTest, IsNotRunAfterCancelling) {
  auto future = post();
  EXPECT_TRUE(future.cancel());
  EXPECT_FALSE(run_next(Value(1)));
  EXPECT_EQ(future.get().error().code, ErrorCode::kCancelled);
  (void)post(within(seconds(1))).cancel();
  EXPECT_FALSE(run_next(Value(1)));
}

TEST_F(FutureCallTest, EndsInTimeIfItMeetsItsDeadline) {
  auto future = post(within(seconds(1)));
  EXPECT_TRUE(run_next(Value(1)));
  clock_.advance(seconds(2));
  EXPECT_EQ(future.get(), Value(1));
}

TEST_F(FutureCallTest, IsNeverRunIfItsDeadlinePassesBeforeItStarts) {
  auto future = post(within(seconds(1)));
  clock_.advance(seconds(1));
  EXPECT_EQ(future.get().error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_FALSE(run_next(Value(1)));
}

TEST_F(FutureCallTest, EndsAtItsDeadlineWhateverTheScriptDoes) {
  auto future = post(within(seconds(1)));
  Call* call = reader_.next();
  EXPECT_TRUE(call->try_start());
  clock_.advance(seconds(1));
  EXPECT_EQ(future.get().error().code, ErrorCode::kDeadlineExceeded);
  call->finish(Value("late"));
}

TEST_F(FutureCallTest, IsNotRunAfterItsDeadlineIfTheFutureWasDropped) {
  (void)post(within(seconds(1)));
  pass_time(seconds(1));
  EXPECT_FALSE(run_next(Value(1)));
  EXPECT_EQ(mailbox_.stats().started, 1U) << "it has left the mailbox";
}

// A call that returns to its pool destroys its arguments. A call that is never returned keeps them.
TEST_F(FutureCallTest, ReturnsToThePoolAfterItsDeadlineWasMet) {
  const auto object = std::make_shared<int>(1);
  {
    auto future = post_with(object, within(seconds(1)));
    EXPECT_TRUE(run_next(Value(1)));
    EXPECT_EQ(future.get(), Value(1));
  }
  EXPECT_EQ(object.use_count(), 1);
}

TEST_F(FutureCallTest, ReturnsToThePoolIfItEndsAfterItsDeadline) {
  const auto object = std::make_shared<int>(1);
  {
    auto future = post_with(object, within(seconds(1)));
    Call* const call = reader_.next();
    EXPECT_TRUE(call->try_start());
    pass_time(seconds(1));
    EXPECT_EQ(future.get().error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_EQ(object.use_count(), 2) << "the script may still use its arguments";
    call->finish(Value("late"));
  }
  EXPECT_EQ(object.use_count(), 1);
}

TEST_F(FutureCallTest, ReturnsToThePoolIfItsDeadlinePassesBeforeItStarts) {
  const auto object = std::make_shared<int>(1);
  (void)post_with(object, within(seconds(1)));
  pass_time(seconds(1));
  EXPECT_FALSE(run_next(Value(1)));
  EXPECT_EQ(object.use_count(), 1);
}

// Deadlines that pass while calls run and are cancelled: each future has exactly one result.
TEST(FutureCallRace, EndsOnceWhoeverIsFirst) {
  const auto rounds = scaled(3'000);
  ManualClock clock;
  TimerService timers(clock);
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  const auto lane = pool.add("x", std::make_unique<FakeRunner>(script)).get().value();
  std::uint64_t values = 0;
  std::uint64_t errors = 0;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    auto future = call(lane->mailbox(), OwnedRequest("f", {}),
                       {.deadline = clock.now() + Duration(1), .timers = &timers});
    clock.advance(Duration(i % 2));
    if (i % 3 == 0) {
      (void)future.cancel();
    }
    ++(future.get().has_value() ? values : errors);
  }
  EXPECT_EQ(values + errors, rounds);
  EXPECT_EQ(lane->mailbox().stats().accepted, rounds);
}

}  // namespace
}  // namespace hookline
