#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "dispatch/base/job_list.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "tests/support/held_executor.h"

namespace hookline {

using namespace detail;

namespace {

Future<int> plus_one(Future<int> number) {
  Result<int> result = co_await std::move(number);
  if (!result) {
    co_return std::unexpected(std::move(result.error()));
  }
  co_return *result + 1;
}

Future<void> note_on(Executor& executor,  // NOLINT(*-reference-coroutine-parameters)
                     Future<int> number, int& seen) {
  seen = (co_await number.via(executor)).value();
}

Future<std::string> many(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    sum += (co_await make_ready_future<int>(i)).value();
  }
  co_return std::to_string(sum);
}

struct Witness {
  explicit Witness(bool& destroyed) : flag(destroyed) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { flag = true; }
  bool& flag;
};

Future<int> guarded(Executor& executor,  // NOLINT(*-reference-coroutine-parameters)
                    Future<int> number, bool& destroyed, bool& resumed) {
  const Witness witness(destroyed);
  Result<int> result = co_await number.via(executor);
  resumed = true;
  co_return result;
}

TEST(FutureCoroutine, ResumesWithTheResult) {
  Promise<int> promise;
  Future<int> future = plus_one(promise.future());
  EXPECT_FALSE(future.ready());
  promise.set(41);
  EXPECT_EQ(future.get(), 42);
}

TEST(FutureCoroutine, GoesOnAtOnceIfItIsReady) {
  EXPECT_EQ(plus_one(make_ready_future<int>(1)).get(), 2);
}

TEST(FutureCoroutine, PassesErrorsOn) {
  Promise<int> promise;
  Future<int> future = plus_one(plus_one(promise.future()));
  promise.set(fail(ErrorCode::kDropped, ""));
  EXPECT_EQ(future.get().error().code, ErrorCode::kDropped);
}

TEST(FutureCoroutine, AwaitsManyWithoutDeepRecursion) { EXPECT_EQ(many(10'000).get(), "49995000"); }

TEST(FutureCoroutine, CanNotBeCancelledOnceItRuns) {
  Promise<int> promise;
  Future<int> future = plus_one(promise.future());
  EXPECT_FALSE(future.cancel());
  promise.set(1);
  EXPECT_EQ(future.get(), 2);
}

TEST(FutureCoroutine, ResumesWhereTheExecutorSays) {
  HeldExecutor held;
  int seen = 0;
  Future<void> future = note_on(held, make_ready_future<int>(3), seen);
  EXPECT_EQ(seen, 0);
  held.jobs.take_first().run();
  EXPECT_EQ(seen, 3);
  EXPECT_TRUE(future.ready());
}

TEST(FutureCoroutine, IsDestroyedIfTheExecutorDiscardsIt) {
  HeldExecutor held;
  bool destroyed = false;
  bool resumed = false;
  Future<int> future = guarded(held, make_ready_future<int>(3), destroyed, resumed);
  EXPECT_FALSE(destroyed);
  held.jobs.discard_all();
  EXPECT_TRUE(destroyed);
  EXPECT_FALSE(resumed);
  EXPECT_EQ(future.get().error().code, ErrorCode::kShuttingDown);
}

TEST(FutureCoroutine, ResumesOnTheCompletingThread) {
  Promise<int> promise;
  std::thread::id resumed_on;
  Future<void> future = promise.future().then(
      InlineExecutor::instance(), [&](Result<int>) { resumed_on = std::this_thread::get_id(); });
  std::thread producer([&] { promise.set(1); });
  const std::thread::id producer_id = producer.get_id();
  future.wait();
  producer.join();
  EXPECT_EQ(resumed_on, producer_id);
}

}  // namespace
}  // namespace hookline
