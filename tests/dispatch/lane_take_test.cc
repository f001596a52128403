// Lanes that are taken away from a worker which is stuck, and runners that are replaced.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dispatch/call/run_progress.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "tests/support/fake_runner.h"
#include "tests/support/gate.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

const Error kTaken{.code = ErrorCode::kQuarantined, .message = "taken"};

// A lane whose first runner hangs in a call of "hang" until it is released.
class LaneTakeTest : public testing::Test {
 protected:
  LaneTakeTest() {
    first->on_run = [this](const Request& request) -> Result<Value> {
      if (request.name == "hang") {
        gate.pass();
      }
      return Value("first");
    };
    second->on_run = [](const Request&) -> Result<Value> { return Value("second"); };
  }
  ~LaneTakeTest() override {
    gate.open();
    second_gate.open();
    wait_for_return();
    pool.shutdown(Drain::kRun);
  }

  std::shared_ptr<Lane> add() {
    return pool.add("script", std::make_unique<FakeRunner>(first)).get().value();
  }
  [[nodiscard]] static Future<Value> ask(Lane& lane, const char* name) {
    return call(lane.mailbox(), OwnedRequest(name, {}));
  }
  void wait_for_return() const {
    while (pool.left_behind() != 0) {
      std::this_thread::yield();
    }
  }
  // Takes the lane from the worker that hangs.
  Taken take(Lane& lane) {
    gate.wait_for_arrival();
    return pool.try_take(lane, lane.step(), kTaken);
  }
  Future<void> install(Lane& lane) {
    return pool.install(lane, std::make_unique<FakeRunner>(second));
  }

  std::shared_ptr<FakeScript> first = std::make_shared<FakeScript>();
  std::shared_ptr<FakeScript> second = std::make_shared<FakeScript>();
  Gate gate;
  Gate second_gate;
  WorkerPool pool;
};

std::string text(Future<Value>& future) {
  const Result<Value> result = future.get();
  return result ? result->repr() : std::string(error_name(result.error().code));
}

TEST_F(LaneTakeTest, WhatWaitsRunsInOrderInTheFreshRunner) {
  const auto lane = add();
  std::vector<std::string> order;
  second->on_run = [&order](const Request& request) -> Result<Value> {
    order.emplace_back(request.name);
    return Value("second");
  };
  auto hung = ask(*lane, "hang");
  std::vector<Future<Value>> waiting;
  for (const char* name : {"a", "b", "c"}) {
    waiting.push_back(ask(*lane, name));
  }

  ASSERT_EQ(take(*lane), Taken::kVacant);
  EXPECT_EQ(text(hung), "quarantined");
  ASSERT_TRUE(install(*lane).get());

  for (auto& future : waiting) {
    EXPECT_EQ(text(future), "'second'");
  }
  EXPECT_EQ(order, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(pool.left_behind(), 1U);
}

// The stuck worker may still read the slot of its call when those that waited have run.
TEST_F(LaneTakeTest, TheSlotOfTheStuckCallStays) {
  ArgKind seen{};
  first->on_run = [this, &seen](const Request& request) -> Result<Value> {
    gate.pass();
    seen = request.packed.kinds.front();
    return Value("first");
  };
  const auto lane = add();
  EmptyCall hung;
  QueueSlot slot(hung);
  slot.set_function(0);
  ASSERT_TRUE(slot.try_add(Argument(std::int64_t{-5})));
  ASSERT_TRUE(lane->mailbox().post(std::move(slot)));
  ASSERT_EQ(take(*lane), Taken::kVacant);
  ASSERT_TRUE(install(*lane).get());
  auto next = ask(*lane, "next");
  EXPECT_EQ(text(next), "'second'");
  gate.open();
  wait_for_return();
  EXPECT_EQ(seen, ArgKind::kInt);
}

TEST_F(LaneTakeTest, AWorkerThatReturnsRetiresItsRunnerAndEnds) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  ASSERT_EQ(take(*lane), Taken::kVacant);
  ASSERT_TRUE(install(*lane).get());
  gate.open();
  wait_for_return();
  EXPECT_EQ(first->count("retire in a batch"), 1);
  EXPECT_EQ(first->notes().back(), "returned");
  EXPECT_EQ(first->count("close"), 0);
  EXPECT_EQ(text(hung), "quarantined");  // the late result is dropped
}

TEST_F(LaneTakeTest, AStepThatHasEndedIsNotTaken) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  gate.wait_for_arrival();
  const std::uint64_t step = lane->step();
  ASSERT_TRUE(RunProgress::runs(step));
  gate.open();
  EXPECT_EQ(text(hung), "'first'");
  EXPECT_EQ(pool.try_take(*lane, step, kTaken), Taken::kNot);
  auto next = ask(*lane, "next");
  EXPECT_EQ(text(next), "'first'");
}

// Both runners are in their first call, so their own counts of steps are equal.
TEST_F(LaneTakeTest, AStepOfTheRunnerBeforeIsNotTaken) {
  second->on_run = [this](const Request&) -> Result<Value> {
    second_gate.pass();
    return Value("second");
  };
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  gate.wait_for_arrival();
  const std::uint64_t step = lane->step();
  gate.open();
  EXPECT_EQ(text(hung), "'first'");
  ASSERT_TRUE(pool.replace(*lane, std::make_unique<FakeRunner>(second)).get());
  auto next = ask(*lane, "hang");
  second_gate.wait_for_arrival();
  EXPECT_NE(lane->step(), step);
  EXPECT_EQ(pool.try_take(*lane, step, kTaken), Taken::kNot);
  second_gate.open();
  EXPECT_EQ(text(next), "'second'");
}

TEST_F(LaneTakeTest, AnAbandonedLaneEndsWhatWaits) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  auto waiting = ask(*lane, "a");
  ASSERT_EQ(take(*lane), Taken::kVacant);
  WorkerPool::abandon(*lane, ErrorCode::kScriptUnloaded);
  EXPECT_EQ(text(waiting), "script_unloaded");
  auto late = ask(*lane, "b");
  EXPECT_EQ(text(late), "script_unloaded");
  EXPECT_TRUE(pool.remove(*lane, Drain::kRun).get());
}

TEST_F(LaneTakeTest, ALaneThatIsBeingRemovedEnds) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  auto waiting = ask(*lane, "a");
  gate.wait_for_arrival();
  auto removed = pool.remove(*lane, Drain::kRun);
  ASSERT_EQ(pool.try_take(*lane, lane->step(), kTaken), Taken::kWasClosing);
  EXPECT_TRUE(removed.get());
  EXPECT_EQ(text(hung), "quarantined");
  EXPECT_EQ(text(waiting), "script_unloaded");
}

TEST_F(LaneTakeTest, AFreshRunnerThatDoesNotOpenEndsTheLane) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  auto waiting = ask(*lane, "a");
  ASSERT_EQ(take(*lane), Taken::kVacant);
  second->on_open = [] { return fail(ErrorCode::kScriptRaised, "broken"); };
  const Result<void> installed = install(*lane).get();
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().message, "broken");
  EXPECT_EQ(text(waiting), "quarantined");
}

TEST_F(LaneTakeTest, AFreshRunnerThatHangsInItsFirstCallIsTakenAsWell) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  auto again = ask(*lane, "hang again");
  second->on_run = [this](const Request&) -> Result<Value> {
    second_gate.pass();
    return Value("late");
  };
  ASSERT_EQ(take(*lane), Taken::kVacant);
  ASSERT_TRUE(install(*lane).get());
  second_gate.wait_for_arrival();
  ASSERT_EQ(pool.try_take(*lane, lane->step(), kTaken), Taken::kVacant);
  EXPECT_EQ(text(again), "quarantined");
  EXPECT_EQ(pool.left_behind(), 2U);
  EXPECT_EQ(pool.left_behind("script"), 2U);
  EXPECT_EQ(pool.left_behind("another"), 0U);
  const auto third = std::make_shared<FakeScript>();
  ASSERT_TRUE(pool.install(*lane, std::make_unique<FakeRunner>(third)).get());
  auto next = ask(*lane, "next");
  EXPECT_EQ(text(next), "None");
}

TEST_F(LaneTakeTest, OpeningCanBeTaken) {
  first->on_open = [this]() -> Result<void> {
    gate.pass();
    return {};
  };
  auto opening = pool.open("script", std::make_unique<FakeRunner>(first));
  ASSERT_EQ(take(*opening.lane), Taken::kVacant);
  const auto opened = opening.opened.get();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kQuarantined);
  WorkerPool::abandon(*opening.lane, ErrorCode::kScriptUnloaded);
  EXPECT_EQ(pool.left_behind(), 1U);
  gate.open();
  wait_for_return();
  EXPECT_EQ(first->count("retire"), 1);
}

TEST_F(LaneTakeTest, AControlRunsAheadOfCallsThatWait) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  auto waiting = ask(*lane, "a");
  gate.wait_for_arrival();
  pool.between_calls(*lane, [this](const Result<Runner*>& /*runner*/) { first->note("control"); });
  gate.open();
  EXPECT_EQ(text(waiting), "'first'");
  const auto notes = first->notes();
  EXPECT_LT(std::ranges::find(notes, "control"), std::ranges::find(notes, "run a"));
}

TEST_F(LaneTakeTest, AControlThatWaitsIsNotLost) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  std::promise<bool> has_runner;
  pool.between_calls(*lane, [&has_runner](const Result<Runner*>& runner) {
    has_runner.set_value(runner.has_value());
  });
  ASSERT_EQ(take(*lane), Taken::kVacant);
  ASSERT_TRUE(install(*lane).get());
  EXPECT_TRUE(has_runner.get_future().get());
}

TEST_F(LaneTakeTest, AControlOfALaneThatHasEndedGetsAnError) {
  const auto lane = add();
  ASSERT_TRUE(pool.remove(*lane, Drain::kRun).get());
  bool told = false;
  pool.between_calls(*lane, [&told](const Result<Runner*>& runner) { told = !runner; });
  EXPECT_TRUE(told);
}

TEST_F(LaneTakeTest, AControlThatWaitsForALaneWhichEndsGetsAnError) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  gate.wait_for_arrival();
  int refused = 0;
  const auto note = [&refused](const Result<Runner*>& runner) { refused += runner ? 0 : 1; };
  pool.between_calls(*lane, note);
  pool.between_calls(*lane, note);
  ASSERT_EQ(pool.try_take(*lane, lane->step(), kTaken), Taken::kVacant);
  EXPECT_EQ(refused, 0);
  WorkerPool::abandon(*lane, ErrorCode::kScriptUnloaded);
  EXPECT_EQ(refused, 2);
}

TEST_F(LaneTakeTest, AReplacementBehindARemovalComesTooLate) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  gate.wait_for_arrival();
  auto removed = pool.remove(*lane, Drain::kRun);
  std::atomic<bool> opened{false};
  auto replaced = pool.replace(*lane, std::make_unique<FakeRunner>(second),
                               [&opened] { return opened = true; });
  while (!opened) {
    std::this_thread::yield();
  }
  // It is queued within the next moment, mostly while the call still hangs.
  for (int i = 0; i < 1'000; ++i) {
    std::this_thread::yield();
  }
  gate.open();
  EXPECT_TRUE(removed.get());
  EXPECT_EQ(replaced.get().error().code, ErrorCode::kScriptUnloaded);
}

TEST_F(LaneTakeTest, AReplacementTakesOverBetweenTwoCalls) {
  const auto lane = add();
  auto before = ask(*lane, "a");
  EXPECT_EQ(text(before), "'first'");
  ASSERT_TRUE(pool.replace(*lane, std::make_unique<FakeRunner>(second)).get());
  auto after = ask(*lane, "b");
  EXPECT_EQ(text(after), "'second'");
  EXPECT_EQ(first->count("close"), 1);
  EXPECT_EQ(pool.left_behind(), 0U);
}

TEST_F(LaneTakeTest, AReplacementThatDoesNotOpenChangesNothing) {
  const auto lane = add();
  second->on_open = [] { return fail(ErrorCode::kScriptRaised, "broken"); };
  EXPECT_FALSE(pool.replace(*lane, std::make_unique<FakeRunner>(second)).get());
  auto after = ask(*lane, "b");
  EXPECT_EQ(text(after), "'first'");
}

TEST_F(LaneTakeTest, TheOldRunnerGoesOnWhileTheReplacementOpens) {
  const auto lane = add();
  second->on_open = [this]() -> Result<void> {
    second_gate.pass();
    return {};
  };
  auto replaced = pool.replace(*lane, std::make_unique<FakeRunner>(second));
  second_gate.wait_for_arrival();
  auto meanwhile = ask(*lane, "a");
  EXPECT_EQ(text(meanwhile), "'first'");
  second_gate.open();
  ASSERT_TRUE(replaced.get());
}

TEST_F(LaneTakeTest, AnOldRunnerThatHangsAtItsEndIsLeftBehind) {
  const auto lane = add();
  first->on_close = [this] { gate.pass(); };
  auto replaced = pool.replace(*lane, std::make_unique<FakeRunner>(second));
  gate.wait_for_arrival();
  auto waiting = ask(*lane, "a");
  EXPECT_EQ(pool.try_take(*lane, lane->step(), kTaken), Taken::kReplaced);
  EXPECT_TRUE(replaced.get());
  EXPECT_EQ(text(waiting), "'second'");
}

TEST_F(LaneTakeTest, ALaneThatHangsAtItsEndEnds) {
  const auto lane = add();
  first->on_close = [this] { gate.pass(); };
  ProbeCall earlier;
  lane->mailbox().post(earlier);
  auto removed = pool.remove(*lane, Drain::kRun);
  EXPECT_EQ(take(*lane), Taken::kWasClosing);
  EXPECT_TRUE(removed.get());
  EXPECT_EQ(earlier.ended(), 1) << "the calls before were not under way any more";
  EXPECT_EQ(pool.left_behind(), 1U);
}

TEST_F(LaneTakeTest, AReplacementForALaneThatEndsIsClosed) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  gate.wait_for_arrival();
  auto replaced = pool.replace(*lane, std::make_unique<FakeRunner>(second));
  auto removed = pool.remove(*lane, Drain::kRun);
  while (second->count("open") == 0) {
    std::this_thread::yield();
  }
  gate.open();
  EXPECT_TRUE(removed.get());
  const Result<void> done = replaced.get();
  // It takes over just before the lane is removed, or it comes too late.
  EXPECT_TRUE(done || done.error().code == ErrorCode::kScriptUnloaded);
  pool.shutdown(Drain::kRun);
  EXPECT_EQ(second->count("close"), 1);
}

TEST_F(LaneTakeTest, AReplacementThatIsNotWantedAndHangsAtItsEndIsLeftBehind) {
  const auto lane = add();
  second->on_close = [this] { second_gate.pass(); };
  auto replaced = pool.replace(*lane, std::make_unique<FakeRunner>(second), [] { return false; });
  second_gate.wait_for_arrival();
  EXPECT_EQ(replaced.get().error().code, ErrorCode::kCancelled);
  EXPECT_EQ(pool.shutdown_until(Drain::kRun, Clock::system().now()),
            std::vector<std::string>{"script"});
  second_gate.open();
  EXPECT_EQ(pool.shutdown_until(Drain::kRun, kNoDeadline), std::vector<std::string>());
}

TEST_F(LaneTakeTest, AReplacementThatHangsWhileItOpensIsLeftBehind) {
  const auto lane = add();
  second->on_open = [this]() -> Result<void> {
    second_gate.pass();
    return {};
  };
  auto replaced = pool.replace(*lane, std::make_unique<FakeRunner>(second));
  second_gate.wait_for_arrival();
  EXPECT_TRUE(pool.remove(*lane, Drain::kRun).get());
  EXPECT_EQ(pool.shutdown_until(Drain::kRun, Clock::system().now()),
            std::vector<std::string>{"script"});
  second_gate.open();
  EXPECT_EQ(replaced.get().error().code, ErrorCode::kScriptUnloaded);
}

// It is known to be stuck, so the first shutdown does not wait for it, although there is time.
TEST_F(LaneTakeTest, AShutdownNamesAWorkerThatWasLeftBehindBefore) {
  const auto lane = add();
  auto hung = ask(*lane, "hang");
  ASSERT_EQ(take(*lane), Taken::kVacant);
  ASSERT_TRUE(install(*lane).get());
  EXPECT_EQ(pool.shutdown_until(Drain::kRun, kNoDeadline), std::vector<std::string>{"script"});
}

TEST_F(LaneTakeTest, LanesThatShareAWorkerAreNotTaken) {
  WorkerPool shared({.workers = 1});
  const auto lane = shared.add("script", std::make_unique<FakeRunner>(first)).get().value();
  auto hung = ask(*lane, "hang");
  gate.wait_for_arrival();
  EXPECT_EQ(shared.try_take(*lane, lane->step(), kTaken), Taken::kNot);
  gate.open();
  EXPECT_EQ(text(hung), "'first'");
}

// Takes lanes at random moments while calls run. Each call must end exactly once: with the result
// of a runner, or because it was taken.
TEST(RunProgressTest, EachStepIsEndedByOneOfTheTwo) {
  constexpr std::uint64_t kSteps = 200'000;
  RunProgress progress;
  std::atomic<std::uint64_t> taken_step{0};
  std::atomic<bool> done{false};
  std::thread taker([&] {
    while (!done.load()) {
      const std::uint64_t step = progress.step();
      if (RunProgress::runs(step) && progress.try_take(step)) {
        taken_step.store(step);
        return;
      }
    }
  });
  std::uint64_t lost = 0;
  for (std::uint64_t i = 0; i < kSteps && lost == 0; ++i) {
    progress.begin();
    const std::uint64_t step = progress.step();
    if (!progress.end()) {
      lost = step;
    }
  }
  done.store(true);
  taker.join();
  EXPECT_EQ(lost, taken_step.load());
}

TEST(RunProgressTest, StepsAreOddWhileTheyRun) {
  RunProgress progress;
  EXPECT_FALSE(RunProgress::runs(progress.step()));
  progress.begin();
  const std::uint64_t first = progress.step();
  EXPECT_TRUE(RunProgress::runs(first));
  progress.begin();  // a call that was cancelled does not end its step
  EXPECT_TRUE(RunProgress::runs(progress.step()));
  EXPECT_NE(progress.step(), first);
  EXPECT_TRUE(progress.end());
  EXPECT_FALSE(RunProgress::runs(progress.step()));
  EXPECT_TRUE(progress.end());
  EXPECT_FALSE(RunProgress::runs(progress.step()));
  EXPECT_FALSE(progress.try_take(first));
}

}  // namespace
}  // namespace hookline
