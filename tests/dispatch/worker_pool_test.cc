#include "dispatch/worker/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker.h"
#include "hookline/future.h"
#include "tests/support/fake_runner.h"
#include "tests/support/gate.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

using testing::ElementsAre;

std::shared_ptr<Lane> add(WorkerPool& pool, const std::shared_ptr<FakeScript>& script,
                          MailboxOptions options = {}, std::string name = "script") {
  return pool.add(std::move(name), std::make_unique<FakeRunner>(script), options).get().value();
}

TEST(WorkerPool, RunsACallAndGivesItsValue) {
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [](const Request& request) { return request.copy_args().at(0); };
  const auto lane = add(pool, script);
  EXPECT_EQ(call(lane->mailbox(), OwnedRequest("echo", {"hello"})).get(), Value("hello"));
  pool.remove(*lane, Drain::kRun).wait();
  EXPECT_THAT(script->notes(), ElementsAre("open", "begin", "run echo", "end", "close"));
}

TEST(WorkerPool, RunsWhatWaitsInOneBatch) {
  WorkerPool pool;
  Gate gate;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [&](const Request& request) {
    if (request.name == "wait") {
      gate.pass();
    }
    return Value();
  };
  const auto lane = add(pool, script);
  auto first = call(lane->mailbox(), OwnedRequest("wait", {}));
  gate.wait_for_arrival();
  auto second = call(lane->mailbox(), OwnedRequest("a", {}));
  auto third = call(lane->mailbox(), OwnedRequest("b", {}));
  gate.open();
  third.wait();
  pool.shutdown(Drain::kRun);
  EXPECT_THAT(script->notes(),
              ElementsAre("open", "begin", "run wait", "run a", "run b", "end", "close"));
}

TEST(WorkerPool, RunsEverythingOfALaneOnOneThread) {
  WorkerPool pool({.workers = 2});
  std::mutex mutex;
  std::vector<std::set<std::thread::id>> threads(4);
  std::vector<std::shared_ptr<Lane>> lanes;
  for (auto& own : threads) {
    const auto script = std::make_shared<FakeScript>();
    const auto note = [&] {
      const std::scoped_lock lock(mutex);
      own.insert(std::this_thread::get_id());
    };
    script->on_open = [note] {
      note();
      return Result<void>();
    };
    script->on_run = [note](const Request&) {
      note();
      return Value();
    };
    lanes.push_back(add(pool, script));
  }
  for (int i = 0; i < 20; ++i) {
    for (const auto& lane : lanes) {
      EXPECT_TRUE(call(lane->mailbox(), OwnedRequest("f", {})).get().has_value());
    }
  }
  pool.shutdown(Drain::kRun);
  std::set<std::thread::id> all;
  for (const auto& own : threads) {
    EXPECT_EQ(own.size(), 1U);
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(all.size(), 2U);
}

TEST(WorkerPool, SpreadsLanesOverItsWorkers) {
  WorkerPool pool({.workers = 2});
  const auto a = add(pool, std::make_shared<FakeScript>());
  const auto b = add(pool, std::make_shared<FakeScript>());
  const auto c = add(pool, std::make_shared<FakeScript>());
  EXPECT_NE(a->worker(), b->worker());
  EXPECT_EQ(c->worker(), a->worker());
  // Lanes that have ended do not count, so the next one always goes to the worker with one lane.
  for (int i = 0; i < 50; ++i) {
    const auto lane = add(pool, std::make_shared<FakeScript>());
    ASSERT_EQ(lane->worker(), b->worker());
    pool.remove(*lane, Drain::kRun).wait();
  }
}

TEST(WorkerPool, GivesEachLaneAWorkerByDefault) {
  WorkerPool pool;
  const auto a = add(pool, std::make_shared<FakeScript>());
  const auto b = add(pool, std::make_shared<FakeScript>());
  EXPECT_NE(a->worker(), b->worker());
  std::set<std::size_t> indexes;
  constexpr std::size_t kRounds = 50;
  for (std::size_t i = 0; i < kRounds; ++i) {
    const auto lane = add(pool, std::make_shared<FakeScript>());
    indexes.insert(lane->worker());
    EXPECT_TRUE(call(lane->mailbox(), OwnedRequest("f", {})).get().has_value());
    pool.remove(*lane, Drain::kRun).wait();
  }
  // A worker may still be about to end when the next lane is added.
  EXPECT_LT(indexes.size(), kRounds / 2) << "workers of lanes that have ended are kept";
}

TEST(WorkerPool, NamesTheThreadAfterItsLane) {
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [](const Request&) {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    return Value(std::string(name));
  };
  const auto lane = add(pool, script, {}, "a_rather_long_script_name");
  EXPECT_EQ(call(lane->mailbox(), OwnedRequest("f", {})).get(), Value("a_rather_long_s"));
}

TEST(WorkerPool, GivesTheErrorOfOpening) {
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  script->on_open = []() -> Result<void> { return fail(ErrorCode::kScriptNotFound, "no file"); };
  const auto lane = pool.add("x", std::make_unique<FakeRunner>(script)).get();
  ASSERT_FALSE(lane.has_value());
  EXPECT_EQ(lane.error().code, ErrorCode::kScriptNotFound);
  pool.shutdown(Drain::kRun);
  EXPECT_THAT(script->notes(), ElementsAre("open"));
}

// A thread that got the lane before it was open may post to it.
TEST(WorkerPool, CallsOfALaneThatDidNotOpenEnd) {
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  script->on_open = []() -> Result<void> { return fail(ErrorCode::kScriptNotFound, "no file"); };
  auto opening = pool.open("x", std::make_unique<FakeRunner>(script), {});
  EXPECT_FALSE(opening.opened.get());
  ProbeCall late;
  EXPECT_FALSE(opening.lane->mailbox().post(late));
  EXPECT_EQ(late.error(), ErrorCode::kScriptNotFound);
}

// A runner that does not come to the end of open() would hold up what comes behind it.
TEST(WorkerPool, PutsNoLaneBehindOneThatOpens) {
  WorkerPool pool({.workers = 2});
  const auto first = add(pool, std::make_shared<FakeScript>());
  const auto second = add(pool, std::make_shared<FakeScript>());
  Gate gate;
  const auto slow = std::make_shared<FakeScript>();
  slow->on_open = [&]() -> Result<void> {
    gate.pass();
    return {};
  };
  auto opening = pool.open("slow", std::make_unique<FakeRunner>(slow), {});
  gate.wait_for_arrival();
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(add(pool, std::make_shared<FakeScript>())->worker(), opening.lane->worker());
  }
  gate.open();
  EXPECT_TRUE(opening.opened.get());
}

// Lanes that share a worker take turns, even if one of them has much to do.
TEST(WorkerPool, DoesNotLetABusyLaneStarveAnother) {
  WorkerPool pool({.workers = 1, .batch = 4});
  Gate gate;
  const auto busy = std::make_shared<FakeScript>();
  busy->on_run = [&](const Request& request) {
    if (request.name == "wait") {
      gate.pass();
    }
    return Value();
  };
  std::atomic<int> busy_when_other_ran{-1};
  const auto other = std::make_shared<FakeScript>();
  other->on_run = [&](const Request&) {
    busy_when_other_ran = busy->count("run f");
    return Value();
  };
  const auto busy_lane = add(pool, busy);
  const auto other_lane = add(pool, other);
  (void)call(busy_lane->mailbox(), OwnedRequest("wait", {}));
  gate.wait_for_arrival();
  for (int i = 0; i < 100; ++i) {
    (void)call(busy_lane->mailbox(), OwnedRequest("f", {}));
  }
  auto done = call(other_lane->mailbox(), OwnedRequest("g", {}));
  gate.open();
  done.wait();
  EXPECT_EQ(busy_when_other_ran.load(), 3);
}

// A script that blocks delays only its own calls.
TEST(WorkerPool, DoesNotLetABlockedLaneHoldUpAnother) {
  WorkerPool pool;
  Gate gate;
  const auto slow = std::make_shared<FakeScript>();
  slow->on_run = [&](const Request&) {
    gate.pass();
    return Value(1);
  };
  const auto slow_lane = add(pool, slow);
  const auto quick_lane = add(pool, std::make_shared<FakeScript>());
  auto slow_call = call(slow_lane->mailbox(), OwnedRequest("f", {}));
  gate.wait_for_arrival();
  EXPECT_TRUE(call(quick_lane->mailbox(), OwnedRequest("f", {})).get().has_value());
  EXPECT_FALSE(slow_call.ready());
  gate.open();
  EXPECT_EQ(slow_call.get(), Value(1));
}

// finish() may post again, to its own mailbox as well.
TEST(WorkerPool, LetsACallPostTheNext) {
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  const auto lane = add(pool, script);
  std::deque<ProbeCall> calls;
  Promise<void> done;
  Future<void> all_done = done.future();
  calls.emplace_back([&] { done.set({}); });
  for (int i = 0; i < 50; ++i) {
    ProbeCall& next = calls.back();
    calls.emplace_back([&] { lane->mailbox().post(next); });
  }
  lane->mailbox().post(calls.back());
  all_done.wait();
  for (const ProbeCall& call : calls) {
    EXPECT_EQ(call.ended(), 1);
  }
}

TEST(WorkerPool, SaysWouldDeadlockToACallThatBlocksOnItsOwnMailbox) {
  WorkerPool pool;
  Gate gate;
  ProbeCall waiting;
  ProbeCall one_more;
  std::shared_ptr<Lane> lane;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [&](const Request& request) {
    if (request.name == "wait") {
      gate.pass();
      EXPECT_FALSE(lane->mailbox().post(one_more));
    }
    return Value();
  };
  lane = add(pool, script,
             {.capacity = 1, .overflow = Overflow::kBlock, .block_timeout = std::chrono::hours(1)});
  auto first = call(lane->mailbox(), OwnedRequest("wait", {}));
  gate.wait_for_arrival();
  lane->mailbox().post(waiting);
  gate.open();
  first.wait();
  EXPECT_EQ(one_more.error(), ErrorCode::kWouldDeadlock);
  pool.shutdown(Drain::kRun);
}

// A call may replace Call::run(), and then does its work in order with the other calls.
TEST(WorkerPool, RunsACallOfAnotherKindInOrder) {
  class Reload final : public Call {
   public:
    explicit Reload(FakeScript& script) : script_(script) {}
    void run(Runner& /*runner*/, const QueueSlot& /*slot*/) noexcept override {
      script_.note("reload");
      finish(Value("reloaded"));
    }
    void finish(Result<Value>&& result) noexcept override { promise.set(std::move(result)); }
    Promise<Value> promise;

   private:
    FakeScript& script_;
  };
  WorkerPool pool;
  const auto script = std::make_shared<FakeScript>();
  const auto lane = add(pool, script);
  (void)call(lane->mailbox(), OwnedRequest("before", {}));
  Reload reload(*script);
  auto reloaded = reload.promise.future();
  lane->mailbox().post(reload);
  auto after = call(lane->mailbox(), OwnedRequest("after", {}));
  EXPECT_EQ(reloaded.get(), Value("reloaded"));
  after.wait();
  const auto notes = script->notes();
  const auto at = [&](const char* what) { return std::ranges::find(notes, what); };
  EXPECT_LT(at("run before"), at("reload"));
  EXPECT_LT(at("reload"), at("run after"));
}

TEST(WorkerPool, NeverRunsACancelledCall) {
  WorkerPool pool;
  Gate gate;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [&](const Request& request) {
    if (request.name == "wait") {
      gate.pass();
    }
    return Value();
  };
  const auto lane = add(pool, script);
  auto running = call(lane->mailbox(), OwnedRequest("wait", {}));
  gate.wait_for_arrival();
  auto waiting = call(lane->mailbox(), OwnedRequest("never", {}));
  EXPECT_FALSE(running.cancel());
  EXPECT_TRUE(waiting.cancel());
  EXPECT_EQ(waiting.get().error().code, ErrorCode::kCancelled);
  gate.open();
  pool.shutdown(Drain::kRun);
  EXPECT_EQ(script->count("run never"), 0);
  EXPECT_TRUE(running.get().has_value());
}

// Returns the size of the calling thread's C stack.
std::size_t stack_bytes_of_this_thread() {
  pthread_attr_t attributes{};
  pthread_getattr_np(pthread_self(), &attributes);
  std::size_t bytes = 0;
  pthread_attr_getstacksize(&attributes, &bytes);
  pthread_attr_destroy(&attributes);
  return bytes;
}

std::size_t stack_bytes_of_worker(WorkerPool& pool) {
  const auto script = std::make_shared<FakeScript>();
  std::size_t bytes = 0;
  script->on_open = [&] {
    bytes = stack_bytes_of_this_thread();
    return Result<void>();
  };
  add(pool, script);
  return bytes;
}

TEST(WorkerPool, GivesAWorkerAStackOfTheChosenSize) {
  WorkerPool usual;
  EXPECT_EQ(stack_bytes_of_worker(usual), std::size_t{16} << 20);
  WorkerPool small({.stack_bytes = std::size_t{3} << 20});
  EXPECT_EQ(stack_bytes_of_worker(small), std::size_t{3} << 20);
}

int no_more_threads(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*) { return EAGAIN; }

std::atomic<int> threads_to_refuse{0};

int fewer_threads(pthread_t* thread, const pthread_attr_t* attributes, void* (*main)(void*),
                  void* argument) {
  return threads_to_refuse.fetch_sub(1) > 0 ? EAGAIN
                                            : pthread_create(thread, attributes, main, argument);
}

TEST(WorkerPool, SaysThatAThreadCannotBeStarted) {
  for (const std::size_t workers : {0U, 2U}) {
    WorkerPool pool({.workers = workers, .create_thread = no_more_threads});
    const auto script = std::make_shared<FakeScript>();
    const auto lane = pool.add("script", std::make_unique<FakeRunner>(script)).get();
    ASSERT_FALSE(lane.has_value());
    EXPECT_EQ(lane.error().code, ErrorCode::kQueueFull);
    EXPECT_EQ(lane.error().message, "a thread cannot be started: Resource temporarily unavailable");
    EXPECT_THAT(script->notes(), ElementsAre());
  }
}

TEST(WorkerPool, RefusesAStackOfAnImpossibleSize) {
  WorkerPool pool({.stack_bytes = 1});
  auto lane = pool.add("script", std::make_unique<FakeRunner>(std::make_shared<FakeScript>()));
  EXPECT_EQ(lane.get().error().code, ErrorCode::kQueueFull);
}

// The lanes that run are not touched, and the next one may start.
TEST(WorkerPool, GoesOnAfterAThreadThatCouldNotBeStarted) {
  for (const std::size_t workers : {0U, 2U}) {
    WorkerPool pool({.workers = workers, .create_thread = fewer_threads});
    const auto script = std::make_shared<FakeScript>();
    const auto before = add(pool, script);
    threads_to_refuse = 1;
    EXPECT_FALSE(pool.add("x", std::make_unique<FakeRunner>(script)).get().has_value());
    const auto after = add(pool, script);
    EXPECT_NE(before->worker(), after->worker());
    EXPECT_TRUE(call(before->mailbox(), OwnedRequest("a", {})).get().has_value());
    EXPECT_TRUE(call(after->mailbox(), OwnedRequest("b", {})).get().has_value());
  }
}

TEST(WorkerPool, ALaneForWhichThereIsNoThreadAnyMoreEndsWhatWaits) {
  WorkerPool pool({.create_thread = fewer_threads});
  Gate gate;
  const auto script = std::make_shared<FakeScript>();
  script->on_run = [&](const Request&) {
    gate.pass();
    return Value();
  };
  const auto lane = add(pool, script);
  auto hung = call(lane->mailbox(), OwnedRequest("f", {}));
  ProbeCall waiting;
  lane->mailbox().post(waiting);
  gate.wait_for_arrival();
  ASSERT_EQ(pool.try_take(*lane, lane->step(), {.code = ErrorCode::kQuarantined, .message = ""}),
            Taken::kVacant);
  threads_to_refuse = 1;
  EXPECT_FALSE(pool.install(*lane, std::make_unique<FakeRunner>(script)).get());
  EXPECT_EQ(waiting.error(), ErrorCode::kQuarantined);
  gate.open();
  while (pool.left_behind() != 0) {
    std::this_thread::yield();
  }
}

TEST(Worker, DiscardsWhatComesAfterItsEnd) {
  class Late final : public Job {
   public:
    void run() noexcept override {}
    void discard() noexcept override { is_discarded = true; }
    bool is_discarded = false;
  } late;
  Worker worker("x", 0);
  worker.post_function([&worker] { worker.stop(); });
  worker.run();
  worker.post(late);
  EXPECT_TRUE(late.is_discarded);
}

}  // namespace
}  // namespace hookline
