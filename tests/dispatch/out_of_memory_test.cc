// Lets malloc fail, which operator new and moodycamel's queue use: then nothing is lost, and
// nothing ends the process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <semaphore>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dispatch/base/object_pool.h"
#include "dispatch/exec/loop_executor.h"
#include "dispatch/future/spare_future.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/stream/stream_core.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/wait/served_call.h"
#include "dispatch/wait/timer_service.h"
#include "dispatch/wait/wake_batch.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/stream.h"
#include "tests/support/alone/failing_malloc.h"
#include "tests/support/counting_streams.h"
#include "tests/support/fake_runner.h"
#include "tests/support/gate.h"
#include "tests/support/idle_worker.h"
#include "tests/support/manual_clock.h"
#include "tests/support/manual_loop.h"
#include "tests/support/probe_call.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;
using test::FailingMalloc;

namespace {

class OutOfMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "a sanitizer replaces malloc";
    }
  }
};

// Leaves the calling thread without memory for its lifetime, after some allocations.
class NoMemory {
 public:
  explicit NoMemory(int allocations = 0) { FailingMalloc::arm(allocations); }
  NoMemory(const NoMemory&) = delete;
  NoMemory& operator=(const NoMemory&) = delete;
  ~NoMemory() { FailingMalloc::disarm(); }
};

class NumberedJob final : public Job {
 public:
  NumberedJob(std::vector<int>& ran, int number) : ran_(&ran), number_(number) {}
  void run() noexcept override { ran_->push_back(number_); }
  void discard() noexcept override { ran_->push_back(-number_); }

 private:
  std::vector<int>* ran_;
  int number_;
};

class SpillTest : public OutOfMemoryTest {
 protected:
  SpillTest() {
    for (int i = 0; i < kJobs; ++i) {
      jobs.emplace_back(ran, i);
      numbers.push_back(i);
    }
    ran.reserve(kJobs);
  }
  void post(int from, int to) {
    for (int i = from; i < to; ++i) {
      executor.post(jobs[static_cast<std::size_t>(i)]);
    }
  }

  static constexpr int kJobs = 2000;
  std::vector<int> ran;
  std::vector<int> numbers;
  std::vector<NumberedJob> jobs;
  std::shared_ptr<test::ManualLoop> loop = std::make_shared<test::ManualLoop>();
  LoopExecutor executor{loop};
};

TEST_F(SpillTest, AnExecutorKeepsJobsForWhichItsQueueHasNoMemory) {
  std::thread([&] {
    const NoMemory none;
    post(0, 10);
  }).join();
  while (loop->turn()) {
  }
  EXPECT_THAT(ran, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

// Some jobs are in the queue, the next ones are not, and then there is memory again.
TEST_F(SpillTest, JobsOfOneThreadStayInOrder) {
  post(0, 100);
  {
    const NoMemory none;
    post(100, 1000);
  }
  post(1000, 1010);
  (void)loop->turn();
  post(1010, 1020);
  while (loop->turn()) {
  }
  post(1020, kJobs);
  while (loop->turn()) {
  }
  EXPECT_EQ(ran, numbers);
}

TEST_F(SpillTest, ClosingDiscardsThem) {
  std::thread([&] {
    const NoMemory none;
    post(1, 4);
  }).join();
  executor.close();
  std::thread([&] {
    const NoMemory none;
    post(4, 6);
  }).join();
  EXPECT_THAT(ran, testing::UnorderedElementsAre(-1, -2, -3, -4, -5));
}

struct Item : PoolItem {
  int number = 0;
};

TEST_F(OutOfMemoryTest, APoolTakesBackWhatAnotherThreadReturns) {
  ObjectPool<Item> pool;
  std::set<Item*> given;
  for (int i = 0; i < 32; ++i) {
    given.insert(&pool.get());
  }
  std::thread([&] {
    const NoMemory none;  // neither for this thread's shard nor for a batch
    for (Item* const item : given) {
      pool.put(*item);
    }
  }).join();
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(given.count(&pool.get()), 1U);
  }
}

TEST_F(OutOfMemoryTest, APoolTakesBackWhatAThreadWithoutABatchReturns) {
  ObjectPool<Item> pool;
  std::vector<Item*> items;
  for (int i = 0; i < 32; ++i) {
    items.push_back(&pool.get());
  }
  std::thread([&] {
    Item& own = pool.get();  // makes the thread's shard, which has no batch yet
    pool.put(own);
    const NoMemory none;
    for (Item* const item : items) {
      pool.put(*item);
    }
  }).join();
  const std::set<Item*> given(items.begin(), items.end());
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(given.count(&pool.get()), 1U);
  }
}

TEST_F(OutOfMemoryTest, AnErrorKeepsItsCode) {
  Promise<int> promise;
  Future<int> future = promise.future();
  Promise<int> dropped;
  Future<int> never_read = dropped.future();
  {
    const NoMemory none;
    promise.set(fail(ErrorCode::kCancelled, "short"));
    dropped.set(fail(ErrorCode::kDropped, "short"));
  }
  const Result<int> result = future.get();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(result.error().message, "out of memory");
}

TEST_F(OutOfMemoryTest, AMailboxRefusesACallForWhichItHasNoMemory) {
  IdleWorker worker;
  Mailbox mailbox({}, worker);
  MailboxReader reader(mailbox, 16);
  ProbeCall call;
  bool accepted = true;
  std::thread([&] {
    const NoMemory none;
    accepted = mailbox.post(call);
  }).join();
  EXPECT_FALSE(accepted);
  EXPECT_EQ(call.error(), ErrorCode::kQueueFull);
  EXPECT_EQ(mailbox.waiting(), 0U);
}

constexpr int kManyAllocations = 50;  // more than what is tried below needs

// A function of the host that was called by a script makes the call.
TEST_F(OutOfMemoryTest, ACallThatCannotBeWatchedForACircleIsRefused) {
  IdleWorker worker;
  Mailbox mailbox({}, worker);
  MailboxReader reader(mailbox, 16);
  const auto post = [&] {
    return FutureCall::post(mailbox, [](RequestWriter& writer) { writer.set_function(1); });
  };
  Future<Value> first = post();  // the pool and the queue have what they need from now on
  reader.next()->finish(Value());
  int refused = 0;
  for (int allocations = 0; allocations < kManyAllocations; ++allocations) {
    ScriptThread thread;
    const Serving serving(&thread);
    Future<Value> future;
    {
      const NoMemory none(allocations);
      future = post();
    }
    if (Call* const call = reader.next(); call != nullptr) {
      EXPECT_FALSE(future.ready());
      call->finish(Value());
      EXPECT_TRUE(future.get().has_value());
      continue;
    }
    ++refused;
    ASSERT_TRUE(future.ready());
    EXPECT_EQ(future.get().error().code, ErrorCode::kQueueFull);
  }
  EXPECT_GT(refused, 1);
  EXPECT_LT(refused, kManyAllocations);
}

TEST_F(OutOfMemoryTest, ACallWhoseDeadlineCannotBeWatchedIsRefused) {
  IdleWorker worker;
  Mailbox mailbox({}, worker);
  ManualClock clock;
  TimerService timers(clock);
  FutureCall* made = nullptr;
  const auto post = [&] {
    return FutureCall::post(mailbox, [](RequestWriter& writer) { writer.set_function(1); },
                            {.deadline = clock.now() + std::chrono::seconds(1), .timers = &timers});
  };
  made = &process_pool<FutureCall>().get();  // the pool has objects from now on
  process_pool<FutureCall>().put(*made);
  // With one allocation there is a place for the timer, but none for the thread that watches it.
  for (const int allocations : {0, 1}) {
    Future<Value> future;
    {
      const NoMemory none(allocations);
      future = post();
    }
    ASSERT_TRUE(future.ready());
    EXPECT_EQ(future.get().error().code, ErrorCode::kQueueFull);
    EXPECT_EQ(mailbox.waiting(), 0U);
    future = {};
    EXPECT_EQ(&process_pool<FutureCall>().get(), made) << "it has gone back to the pool";
    process_pool<FutureCall>().put(*made);
  }
}

// A call of a script that lives on `thread`.
class CallTo final : public AwaitedCall {
 public:
  explicit CallTo(std::shared_ptr<ScriptThread> thread) : thread_(std::move(thread)) {}
  ~CallTo() override { remove(); }

  [[nodiscard]] std::shared_ptr<ScriptThread> thread() const override { return thread_; }
  [[nodiscard]] bool is_awaited() const override { return !refused; }
  [[nodiscard]] std::move_only_function<void()> refuse() override {
    refused = true;
    return [this] { told = true; };
  }

  bool refused = false;
  bool told = false;

 private:
  const std::shared_ptr<ScriptThread> thread_;
};

TEST_F(OutOfMemoryTest, WhoeverIsRefusedIsToldSo) {
  int failed = 0;
  for (int allocations = 0; allocations < kManyAllocations; ++allocations) {
    const auto thread = std::make_shared<ScriptThread>();
    const auto served = ServedCall::make(thread.get());
    CallTo first(thread);
    CallTo second(thread);
    served->add(first);
    served->add(second);
    try {
      const NoMemory none(allocations);
      served->wait_for_all();
    } catch (const std::bad_alloc&) {
      ++failed;
    }
    EXPECT_EQ(first.refused, first.told);
    EXPECT_EQ(second.refused, second.told);
  }
  EXPECT_GT(failed, 1);
  EXPECT_LT(failed, kManyAllocations);
}

class SilentTimer final : public Timer {
 public:
  void expire() noexcept override {}
};

class TimerThatComesAgain final : public Timer {
 public:
  TimerThatComesAgain(TimerService& service, std::deque<SilentTimer>& others)
      : service_(service), others_(others) {}

  // Others take the room that it had before.
  void expire() noexcept override {
    for (SilentTimer& other : others_) {
      EXPECT_TRUE(service_.try_schedule(other, kNoDeadline));
    }
    const NoMemory none;
    EXPECT_TRUE(service_.try_schedule(*this, kNoDeadline));
    expired.release();
  }

  std::binary_semaphore expired{0};

 private:
  TimerService& service_;
  std::deque<SilentTimer>& others_;
};

TEST_F(OutOfMemoryTest, ATimerThatExpiresCanBeScheduledAgain) {
  constexpr std::size_t kMostTimers = 20;
  for (std::size_t count = 0; count < kMostTimers; ++count) {
    ManualClock clock;
    TimerService service(clock);
    std::deque<SilentTimer> others(count);
    TimerThatComesAgain timer(service, others);
    EXPECT_TRUE(service.try_schedule(timer, clock.now()));
    timer.expired.acquire();
    EXPECT_TRUE(service.cancel(timer));
    for (SilentTimer& other : others) {
      EXPECT_TRUE(service.cancel(other));
    }
  }
}

// The first timer also starts the thread.
TEST_F(OutOfMemoryTest, ATimerThatCouldNotBeScheduledIsForgotten) {
  int failed = 0;
  for (int allocations = 0; allocations < kManyAllocations; ++allocations) {
    ManualClock clock;
    TimerService service(clock);
    SilentTimer timer;
    bool is_scheduled = true;
    {
      const NoMemory none(allocations);
      is_scheduled = service.try_schedule(timer, kNoDeadline);
    }
    failed += is_scheduled ? 0 : 1;
    EXPECT_EQ(service.cancel(timer), is_scheduled) << allocations;
  }
  EXPECT_GT(failed, 1);
  EXPECT_LT(failed, kManyAllocations);
}

TEST_F(OutOfMemoryTest, AHeldWorkerIsWoken) {
  std::array<IdleWorker, 40> workers;
  std::vector<std::unique_ptr<Mailbox>> mailboxes;
  std::vector<std::unique_ptr<MailboxReader>> readers;
  EmptyCall call;
  for (IdleWorker& worker : workers) {
    mailboxes.push_back(std::make_unique<Mailbox>(MailboxOptions{}, worker));
    readers.push_back(std::make_unique<MailboxReader>(*mailboxes.back(), 16));
    mailboxes.back()->post(call);  // this thread has a token from now on
    (void)readers.back()->next();
    EXPECT_TRUE(readers.back()->try_become_idle());
    worker.wake_ups = 0;
  }
  WakeBatch batch;
  {
    const NoMemory none;
    for (const auto& mailbox : mailboxes) {
      mailbox->post(call);
    }
  }
  batch.release();
  for (const IdleWorker& worker : workers) {
    EXPECT_EQ(worker.wake_ups, 1);
  }
  for (const auto& reader : readers) {
    (void)reader->next();
  }
}

TEST_F(OutOfMemoryTest, AnErrorOfALongTextIsMade) {
  const NoMemory none;
  const Result<int> result = fail(ErrorCode::kCancelled, "a text that does not fit into a string");
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(result.error().message, "out of memory");
}

TEST_F(OutOfMemoryTest, AFutureNeedsNone) {
  FailingMalloc::arm();
  Future<void> first = out_of_memory<void>();
  Future<int> second = out_of_memory<int>();
  const bool is_ready = first.ready() && second.ready();
  const bool is_cancelled = first.cancel();
  FailingMalloc::disarm();
  EXPECT_TRUE(is_ready);
  EXPECT_FALSE(is_cancelled);
  EXPECT_EQ(first.get().error().code, ErrorCode::kQueueFull);
  bool is_told = false;
  second.deliver_to(InlineExecutor::instance(),
                    [&](const Result<int>& result) { is_told = !result.has_value(); });
  EXPECT_TRUE(is_told);
}

// Lanes whose first runner hangs in a call of "hang" until the gate opens.
class WithoutMemory : public OutOfMemoryTest {
 protected:
  WithoutMemory() {
    first->on_run = [this](const Request& request) -> Result<Value> {
      if (request.name == "hang") {
        gate.pass();
      }
      return Value("first");
    };
    second->on_run = [](const Request&) -> Result<Value> { return Value("second"); };
  }
  ~WithoutMemory() override {
    gate.open();
    while (pool.left_behind() != 0) {
      std::this_thread::yield();
    }
    pool.shutdown(Drain::kRun);
  }
  std::shared_ptr<Lane> add() {
    return pool.add("script", std::make_unique<FakeRunner>(first)).get().value();
  }
  static std::string ask(Lane& lane, const char* name) {
    const Result<Value> result = call(lane.mailbox(), OwnedRequest(name, {})).get();
    return result ? result->repr() : std::string(error_name(result.error().code));
  }

  std::shared_ptr<FakeScript> first = std::make_shared<FakeScript>();
  std::shared_ptr<FakeScript> second = std::make_shared<FakeScript>();
  Gate gate;
  WorkerPool pool;
};

TEST_F(WithoutMemory, ALaneIsOpenedOrNot) {
  int failed = 0;
  for (int allocations = 0; allocations < kManyAllocations; ++allocations) {
    Promise<std::shared_ptr<Lane>> opened;
    Promise<void> end;
    Future<std::shared_ptr<Lane>> opening = opened.future();
    Future<void> ended = end.future();
    auto runner = std::make_unique<FakeRunner>(first);
    std::shared_ptr<Lane> lane;
    {
      const NoMemory none(allocations);
      lane = pool.open("script", std::move(runner), {}, std::move(opened), std::move(end));
    }
    const auto result = opening.get();
    EXPECT_EQ(result.has_value(), lane != nullptr);
    if (!result) {
      ++failed;
      EXPECT_EQ(result.error().code, ErrorCode::kQueueFull);
      EXPECT_FALSE(ended.get()) << "there is no lane that could end";
      continue;
    }
    {
      const NoMemory none;
      EXPECT_TRUE(WorkerPool::close(*lane, Drain::kRun));
    }
    EXPECT_TRUE(ended.get());
    EXPECT_FALSE(WorkerPool::close(*lane, Drain::kRun)) << "it has ended";
  }
  EXPECT_GT(failed, 5);
  EXPECT_LT(failed, kManyAllocations);
}

TEST_F(WithoutMemory, ARunnerIsReplacedOrNot) {
  int failed = 0;
  for (int allocations = 0; allocations < kManyAllocations; ++allocations) {
    const auto lane = add();
    Promise<void> done;
    Future<void> replaced = done.future();
    auto fresh = std::make_unique<FakeRunner>(second);
    {
      const NoMemory none(allocations);
      pool.replace(*lane, std::move(fresh), [] { return true; }, std::move(done));
    }
    const Result<void> result = replaced.get();
    EXPECT_EQ(ask(*lane, "a"), result ? "'second'" : "'first'");
    if (!result) {
      ++failed;
      EXPECT_EQ(result.error().code, ErrorCode::kQueueFull);
    }
    EXPECT_TRUE(pool.remove(*lane, Drain::kRun).get());
  }
  EXPECT_GT(failed, 3);
  EXPECT_LT(failed, kManyAllocations);
}

TEST_F(WithoutMemory, AControlRunsOnceOrIsRefused) {
  const auto lane = add();
  int failed = 0;
  for (int allocations = 0; allocations < kManyAllocations; ++allocations) {
    std::promise<void> ran;
    bool is_refused = false;
    try {
      const NoMemory none(allocations);
      pool.between_calls(*lane, [&ran](const Result<Runner*>& /*runner*/) { ran.set_value(); });
    } catch (const std::bad_alloc&) {
      is_refused = true;
    }
    failed += is_refused ? 1 : 0;
    if (!is_refused) {
      ran.get_future().get();
    }
    EXPECT_EQ(ask(*lane, "a"), "'first'");
  }
  EXPECT_GT(failed, 0);
  EXPECT_LT(failed, kManyAllocations);
}

TEST_F(WithoutMemory, ALaneIsTakenAsAWholeOrNot) {
  const auto lane = add();
  auto hung = call(lane->mailbox(), OwnedRequest("hang", {}));
  auto waiting = call(lane->mailbox(), OwnedRequest("a", {}));
  gate.wait_for_arrival();
  const Error error{.code = ErrorCode::kQuarantined,
                    .message = "a text that does not fit into a string"};
  int failed = 0;
  for (Taken taken = Taken::kNot; taken == Taken::kNot; ++failed) {
    EXPECT_FALSE(hung.ready());
    const NoMemory none(failed);
    taken = pool.try_take(*lane, lane->step(), error);
  }
  EXPECT_GT(failed, 2);
  EXPECT_EQ(hung.get().error().code, ErrorCode::kQuarantined);
  Promise<void> done;
  Future<void> installed = done.future();
  {
    const NoMemory none;
    pool.install(*lane, nullptr, std::move(done));
  }
  EXPECT_EQ(installed.get().error().code, ErrorCode::kQueueFull);
  EXPECT_EQ(waiting.get().error().code, ErrorCode::kQuarantined);
}

TEST_F(WithoutMemory, ARunnerThatHasNoneDoesNotOpen) {
  first->on_open = []() -> Result<void> { throw std::bad_alloc(); };
  const auto opened = pool.add("script", std::make_unique<FakeRunner>(first)).get();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kQueueFull);
}

TEST_F(WithoutMemory, AnItemWhoseDeadlineCannotBeWatchedIsRefused) {
  CountingStreams streams;
  bool is_open = false;
  first->on_run = [&](const Request& request) {
    if (!std::exchange(is_open, true)) {
      gate.pass();  // one call may pass
    }
    return streams.run(request);
  };
  ManualClock clock;
  TimerService timers(clock);
  const auto lane = add();
  {
    ValueStream stream = open_stream(
        {.lane = lane, .unclosed = nullptr, .timers = &timers, .ahead = 0}, OwnedRequest("x", {0}));
    int failed = 0;
    for (int allocations = 0; allocations < kManyAllocations; ++allocations) {
      Future<std::optional<Value>> item;
      try {
        const NoMemory none(allocations);
        item = stream.next(std::chrono::hours(1));
      } catch (const std::bad_alloc&) {
        continue;
      }
      if (item.ready()) {
        ++failed;
        EXPECT_EQ(item.get().error().code, ErrorCode::kQueueFull);
      }
    }
    EXPECT_GT(failed, 0);
    gate.open();
  }
  EXPECT_TRUE(pool.remove(*lane, Drain::kRun).get());
}

}  // namespace
}  // namespace hookline
