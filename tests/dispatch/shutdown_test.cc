#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "tests/support/fake_runner.h"
#include "tests/support/gate.h"
#include "tests/support/probe_call.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

using testing::AnyOf;

// Has a lane whose script waits at a gate in its first call, with ten more calls behind it. `batch`
// is the number of calls that the lane runs in one turn.
class BusyLane {
 public:
  explicit BusyLane(std::size_t batch = 256) : calls(10), pool({.batch = batch}) {
    script->on_run = [this](const Request& request) {
      if (request.name == "wait") {
        gate.pass();
      }
      return Value();
    };
    lane = pool.add("busy", std::make_unique<FakeRunner>(script)).get().value();
    first = call(lane->mailbox(), OwnedRequest("wait", {}));
    gate.wait_for_arrival();
    for (ProbeCall& call : calls) {
      lane->mailbox().post(call);
    }
  }

  Gate gate;
  std::shared_ptr<FakeScript> script = std::make_shared<FakeScript>();
  std::deque<ProbeCall> calls;
  WorkerPool pool;
  std::shared_ptr<Lane> lane;
  Future<Value> first;
};

TEST(Remove, RunsWhatWaits) {
  BusyLane busy;
  Future<void> removed = busy.pool.remove(*busy.lane, Drain::kRun);
  EXPECT_FALSE(removed.ready());
  busy.gate.open();
  removed.wait();
  EXPECT_TRUE(busy.first.get().has_value());
  for (const ProbeCall& call : busy.calls) {
    EXPECT_EQ(call.ended(), 1);
    EXPECT_EQ(call.error(), std::nullopt);
  }
  EXPECT_EQ(busy.script->notes().back(), "close");
}

TEST(Remove, DiscardsWhatWaits) {
  BusyLane busy;
  Future<void> removed = busy.pool.remove(*busy.lane, Drain::kDiscard, ErrorCode::kQuarantined);
  busy.gate.open();
  removed.wait();
  EXPECT_TRUE(busy.first.get().has_value());
  for (const ProbeCall& call : busy.calls) {
    EXPECT_EQ(call.ended(), 1);
    EXPECT_EQ(call.error(), ErrorCode::kQuarantined);
  }
  EXPECT_EQ(busy.lane->mailbox().stats().started, 1U);
  EXPECT_EQ(busy.lane->mailbox().stats().discarded, 10U);
}

TEST(Remove, StopsRunningWhatWaitsWhenItIsTold) {
  BusyLane busy;
  Future<void> removed = busy.pool.remove(*busy.lane, Drain::kRun);
  WorkerPool::stop_draining(*busy.lane);
  EXPECT_FALSE(removed.ready());
  busy.gate.open();
  removed.wait();
  EXPECT_TRUE(busy.first.get().has_value()) << "it was running";
  for (const ProbeCall& call : busy.calls) {
    EXPECT_EQ(call.ended(), 1);
    EXPECT_EQ(call.error(), ErrorCode::kScriptUnloaded);
  }
  EXPECT_EQ(busy.script->notes().back(), "close");
  WorkerPool::stop_draining(*busy.lane);  // it has ended, so this does nothing
}

TEST(Remove, RefusesWhatComesLater) {
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  const auto lane = pool.add("x", std::make_unique<FakeRunner>(script)).get().value();
  pool.remove(*lane, Drain::kRun).wait();
  EXPECT_EQ(call(lane->mailbox(), OwnedRequest("f", {})).get().error().code,
            ErrorCode::kScriptUnloaded);
}

TEST(Remove, CompletesEachFutureAndTheFirstOneDecides) {
  BusyLane busy;
  Future<void> first = busy.pool.remove(*busy.lane, Drain::kRun);
  Future<void> second = busy.pool.remove(*busy.lane, Drain::kDiscard);
  EXPECT_FALSE(first.ready());
  EXPECT_FALSE(second.ready());
  busy.gate.open();
  first.wait();
  second.wait();
  EXPECT_TRUE(busy.pool.remove(*busy.lane, Drain::kRun).get().has_value());
  EXPECT_EQ(busy.script->count("close"), 1);
  for (const ProbeCall& call : busy.calls) {
    EXPECT_EQ(call.error(), std::nullopt) << "the second remove() must not discard";
  }
}

TEST(Remove, KeepsTheErrorOfTheFirst) {
  BusyLane busy;
  Future<void> first = busy.pool.remove(*busy.lane, Drain::kDiscard, ErrorCode::kQuarantined);
  Future<void> second = busy.pool.remove(*busy.lane, Drain::kRun, ErrorCode::kShuttingDown);
  busy.gate.open();
  first.wait();
  second.wait();
  for (const ProbeCall& call : busy.calls) {
    EXPECT_EQ(call.error(), ErrorCode::kQuarantined);
  }
}

TEST(BetweenCalls, GetsTheRunnerAheadOfTheCallsThatWait) {
  BusyLane busy(1);
  std::size_t started = 0;
  Promise<void> done;
  Future<void> ran = done.future();
  busy.pool.between_calls(*busy.lane, [&](Result<Runner*> runner) {
    EXPECT_TRUE(runner.has_value());
    started = busy.lane->mailbox().stats().started;
    done.set({});
  });
  busy.gate.open();
  ran.wait();
  EXPECT_EQ(started, 1U);
}

// The lane runs one call at a time, so it still has calls when it has begun to close.
TEST(BetweenCalls, GetsAnErrorOnALaneThatCloses) {
  BusyLane busy(1);
  Future<void> removed = busy.pool.remove(*busy.lane, Drain::kRun);
  std::optional<ErrorCode> error;
  std::size_t waiting = 0;
  busy.pool.between_calls(*busy.lane, [&](Result<Runner*> runner) {
    error = runner ? std::optional<ErrorCode>() : runner.error().code;
    waiting = busy.lane->mailbox().waiting();
  });
  busy.gate.open();
  removed.wait();
  EXPECT_EQ(error, ErrorCode::kScriptUnloaded);
  EXPECT_GT(waiting, 0U) << "the lane has ended already";
}

TEST(BetweenCalls, SaysThatTheLaneHasEnded) {
  WorkerPool pool;
  const auto lane =
      pool.add("x", std::make_unique<FakeRunner>(std::make_shared<FakeScript>())).get().value();
  pool.shutdown(Drain::kRun);
  ErrorCode error{};
  pool.between_calls(*lane,
                     [&error](const Result<Runner*>& runner) { error = runner.error().code; });
  EXPECT_EQ(error, ErrorCode::kScriptUnloaded);
}

// The lane itself asks; only another thread may wait for the future.
TEST(Remove, MayBeAskedForByACall) {
  WorkerPool pool;
  std::shared_ptr<Lane> lane;
  Future<void> removed;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [&](const Request&) {
    removed = pool.remove(*lane, Drain::kRun);
    return Value();
  };
  lane = pool.add("x", std::make_unique<FakeRunner>(script)).get().value();
  EXPECT_TRUE(call(lane->mailbox(), OwnedRequest("f", {})).get().has_value());
  removed.wait();
  EXPECT_EQ(script->count("close"), 1);
}

TEST(Shutdown, CompletesEverythingThatWasAccepted) {
  for (const Drain drain : {Drain::kRun, Drain::kDiscard}) {
    BusyLane busy;
    busy.gate.open();
    busy.pool.shutdown(drain);
    EXPECT_TRUE(busy.first.ready());
    for (const ProbeCall& call : busy.calls) {
      EXPECT_EQ(call.ended(), 1);
    }
    EXPECT_EQ(busy.script->notes().back(), "close");
  }
}

TEST(Shutdown, AcceptsNothingMore) {
  WorkerPool pool;
  pool.shutdown(Drain::kRun);
  pool.shutdown(Drain::kRun);
  auto lane = pool.add("x", std::make_unique<FakeRunner>(std::make_shared<FakeScript>()));
  EXPECT_EQ(lane.get().error().code, ErrorCode::kShuttingDown);
}

TEST(Shutdown, IsDoneByTheDestructor) {
  const auto script = std::make_shared<FakeScript>();
  std::shared_ptr<Lane> lane;
  {
    WorkerPool pool({.workers = 2});
    lane = pool.add("x", std::make_unique<FakeRunner>(script)).get().value();
    (void)pool.add("opening", std::make_unique<FakeRunner>(std::make_shared<FakeScript>()));
  }
  EXPECT_EQ(script->count("close"), 1);
  EXPECT_EQ(call(lane->mailbox(), OwnedRequest("f", {})).get().error().code,
            ErrorCode::kShuttingDown);
}

TEST(Shutdown, LeavesWhatDoesNotEndInTime) {
  BusyLane busy;
  const auto other =
      busy.pool.add("other", std::make_unique<FakeRunner>(std::make_shared<FakeScript>()))
          .get()
          .value();
  auto passed = call(other->mailbox(), OwnedRequest("f", {}));
  passed.wait();
  EXPECT_THAT(busy.pool.shutdown_until(Drain::kRun, Clock::system().now()),
              testing::IsSupersetOf({"busy"}));
  EXPECT_EQ(busy.pool.add("x", std::make_unique<FakeRunner>(std::make_shared<FakeScript>()))
                .get()
                .error()
                .code,
            ErrorCode::kShuttingDown);
  busy.gate.open();
  EXPECT_THAT(busy.pool.shutdown_until(Drain::kRun, kNoDeadline), testing::IsEmpty());
  EXPECT_EQ(busy.script->notes().back(), "close");
  for (const ProbeCall& call : busy.calls) {
    EXPECT_EQ(call.ended(), 1);
    EXPECT_EQ(call.error(), std::nullopt);
  }
}

TEST(Shutdown, NamesTheLanesOfASharedWorkerThatDoNotEndInTime) {
  Gate gate;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [&](const Request&) {
    gate.pass();
    return Value();
  };
  WorkerPool pool({.workers = 1});
  const auto lane = pool.add("busy", std::make_unique<FakeRunner>(script)).get().value();
  auto running = call(lane->mailbox(), OwnedRequest("f", {}));
  gate.wait_for_arrival();
  EXPECT_THAT(pool.shutdown_until(Drain::kRun, Clock::system().now()),
              testing::ElementsAre("busy"));
  gate.open();
  EXPECT_THAT(pool.shutdown_until(Drain::kRun, kNoDeadline), testing::IsEmpty());
}

// Posts, removals and the shutdown run together: each call ends exactly once.
TEST(Shutdown, RacesWithPosts) {
  const auto rounds = scaled(100);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    constexpr int kThreads = 3;
    WorkerPool pool({.workers = round % 3});
    std::vector<std::shared_ptr<Lane>> lanes;
    for (int i = 0; i < 2; ++i) {
      lanes.push_back(pool.add("x", std::make_unique<FakeRunner>(std::make_shared<FakeScript>()),
                               {.capacity = 64, .overflow = static_cast<Overflow>(round % 4)})
                          .get()
                          .value());
    }
    std::vector<std::deque<ProbeCall>> calls(kThreads);
    std::vector<std::thread> posters;
    for (auto& own : calls) {
      own.resize(200);
      posters.emplace_back([&] {
        for (std::size_t i = 0; i < own.size(); ++i) {
          lanes[i % lanes.size()]->mailbox().post(own[i]);
        }
      });
    }
    Future<void> removed = pool.remove(*lanes[0], Drain::kDiscard);
    pool.shutdown(round % 2 == 0 ? Drain::kRun : Drain::kDiscard);
    for (std::thread& poster : posters) {
      poster.join();
    }
    EXPECT_TRUE(removed.ready());
    for (const auto& own : calls) {
      for (const ProbeCall& call : own) {
        ASSERT_EQ(call.ended(), 1);
        if (const auto error = call.error()) {
          ASSERT_THAT(*error, AnyOf(ErrorCode::kShuttingDown, ErrorCode::kScriptUnloaded,
                                    ErrorCode::kQueueFull, ErrorCode::kDropped));
        }
      }
    }
  }
}

}  // namespace
}  // namespace hookline
