// Tests what LoopExecutor asks of an EventLoop, which may be the host's own.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "dispatch/exec/loop_executor.h"
#include "dispatch/wait/wake_batch.h"
#include "hookline/loop.h"
#include "tests/support/idle_worker.h"
#include "tests/support/manual_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

// Turns until the loop may sleep.
void turn_until_done(ManualLoop& loop) {
  while (loop.turn()) {
  }
}

TEST(OwnLoop, IsWokenOnceUntilItSleepsAgain) {
  const auto loop = std::make_shared<ManualLoop>();
  LoopExecutor executor(loop);
  int ran = 0;
  for (int round = 1; round <= 3; ++round) {
    EXPECT_FALSE(loop->is_woken());
    executor.post_function([&] { ++ran; });
    executor.post_function([&] { ++ran; });
    EXPECT_EQ(executor.wakeups(), static_cast<unsigned>(round));
    turn_until_done(*loop);
    EXPECT_EQ(ran, 2 * round);
  }
}

TEST(OwnLoop, TurnsAtLeastOnceMoreBeforeItSleeps) {
  const auto loop = std::make_shared<ManualLoop>();
  LoopExecutor executor(loop);
  int ran = 0;
  executor.post_function([&] { ++ran; });
  EXPECT_TRUE(loop->turn());
  executor.post_function([&] { ++ran; });
  EXPECT_FALSE(loop->is_woken()) << "the next turn finds it";
  EXPECT_TRUE(loop->turn());
  EXPECT_EQ(ran, 2);
}

TEST(OwnLoop, LosesNothingFromAnotherThread) {
  constexpr int kJobs = 10'000;
  const auto loop = std::make_shared<ManualLoop>();
  LoopExecutor executor(loop);
  int ran = 0;
  std::thread other([&] {
    for (int i = 0; i < kJobs; ++i) {
      executor.post_function([&] { ++ran; });
    }
  });
  while (ran < kJobs) {
    loop->sleep();
    turn_until_done(*loop);
  }
  other.join();
  EXPECT_EQ(ran, kJobs);
}

TEST(OwnLoop, IsStoppedOnce) {
  const auto loop = std::make_shared<ManualLoop>();
  {
    LoopExecutor executor(loop);
    EXPECT_EQ(loop->starts, 1);
    executor.close();
    EXPECT_EQ(loop->stops, 1);
    executor.post_function([] {});
    EXPECT_FALSE(loop->is_woken());
  }
  EXPECT_EQ(loop->stops, 1);
}

TEST(OwnLoop, IsStoppedInsideAJob) {
  const auto loop = std::make_shared<ManualLoop>();
  auto executor = std::make_unique<LoopExecutor>(loop);
  executor->post_function([&] { executor.reset(); });
  executor->post_function([] { ADD_FAILURE() << "it should have been discarded"; });
  EXPECT_TRUE(loop->turn());
  EXPECT_EQ(loop->stops, 1);
  EXPECT_FALSE(loop->turn());
}

TEST(OwnLoop, PassesOnWhyItDoesNotStart) {
  const auto loop = std::make_shared<ManualLoop>();
  loop->refuses = true;
  EXPECT_THROW(LoopExecutor{loop}, std::runtime_error);
  EXPECT_EQ(loop->stops, 0);
}

TEST(OwnLoop, RunsTheTimer) {
  const auto loop = std::make_shared<ManualLoop>();
  int times = 0;
  LoopExecutor executor(loop, [&] { ++times; });
  EXPECT_FALSE(loop->delay);
  executor.set_timer(5s);
  EXPECT_EQ(loop->delay, 5s);
  loop->run_out_timer();
  EXPECT_EQ(times, 1);
}

TEST(OwnLoop, MayBeStoppedByItsTimer) {
  const auto loop = std::make_shared<ManualLoop>();
  std::unique_ptr<LoopExecutor> executor;
  executor = std::make_unique<LoopExecutor>(loop, [&] { executor.reset(); });
  loop->run_out_timer();
  EXPECT_EQ(loop->stops, 1);
}

TEST(OwnLoop, HoldsWakeUpsUntilTheTurnEnds) {
  IdleWorker worker;
  const auto loop = std::make_shared<ManualLoop>(true);
  LoopExecutor executor(loop);
  EXPECT_EQ(WakeBatch::current(), nullptr);
  ASSERT_TRUE(executor.batch_wakeups());
  ASSERT_NE(WakeBatch::current(), nullptr);
  EXPECT_TRUE(executor.is_new_turn());
  EXPECT_FALSE(executor.is_new_turn());
  WakeBatch::current()->add(worker);
  EXPECT_EQ(worker.wake_ups, 0);
  loop->turn();
  EXPECT_EQ(worker.wake_ups, 1);
  EXPECT_TRUE(executor.is_new_turn());
  executor.close();
  EXPECT_EQ(WakeBatch::current(), nullptr);
}

TEST(OwnLoop, HoldsNothingIfTheLoopDoesNotTellItsTurns) {
  LoopExecutor executor(std::make_shared<ManualLoop>());
  EXPECT_FALSE(executor.batch_wakeups());
  EXPECT_EQ(WakeBatch::current(), nullptr);
}

}  // namespace
}  // namespace hookline::test
