#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "hookline/future.h"
#include "tests/support/gate.h"
#include "tests/support/scale.h"

namespace hookline {
namespace {

using std::chrono::milliseconds;

TEST(FutureGet, HasTheValueOfItsPromise) {
  Promise<int> promise;
  Future<int> future = promise.future();
  EXPECT_FALSE(future.ready());
  EXPECT_TRUE(promise.set(42));
  EXPECT_TRUE(future.ready());
  EXPECT_EQ(future.get(), 42);
  EXPECT_FALSE(future.valid());
}

TEST(FutureGet, HasTheErrorOfItsPromise) {
  Promise<std::string> promise;
  Future<std::string> future = promise.future();
  promise.set(fail(ErrorCode::kScriptRaised, "oops"));
  const Result<std::string> result = future.get();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kScriptRaised);
  EXPECT_EQ(result.error().message, "oops");
}

TEST(FutureGet, CarriesWhatCanOnlyBeMoved) {
  Promise<std::unique_ptr<int>> promise;
  auto future = promise.future();
  promise.set(std::make_unique<int>(7));
  EXPECT_EQ(**future.get(), 7);
}

TEST(FutureGet, CarriesNothing) {
  Promise<void> promise;
  Future<void> future = promise.future();
  promise.set({});
  EXPECT_TRUE(future.get().has_value());
  EXPECT_TRUE(make_ready_future().ready());
}

TEST(FutureGet, SaysShuttingDownWhenNobodyIsLeft) {
  Future<int> future;
  EXPECT_FALSE(future.valid());
  {
    Promise<int> promise;
    future = promise.future();
  }
  EXPECT_EQ(future.get().error().code, ErrorCode::kShuttingDown);
}

TEST(FutureGet, SaysShuttingDownWhenThePromiseIsReplaced) {
  Promise<int> promise;
  Future<int> future = promise.future();
  promise = Promise<int>();
  EXPECT_EQ(future.get().error().code, ErrorCode::kShuttingDown);
}

TEST(FutureGet, MayBeDroppedBeforeAndAfter) {
  Promise<int> before;
  (void)before.future();
  EXPECT_TRUE(before.set(1));
  Promise<int> after;
  Future<int> future = after.future();
  after.set(1);
  future = {};
}

TEST(FutureGet, WaitForSaysFalseInTime) {
  Promise<int> promise;
  Future<int> future = promise.future();
  EXPECT_FALSE(future.wait_for(milliseconds(1)));
  EXPECT_FALSE(future.wait_for(-milliseconds(1)));
  promise.set(1);
  EXPECT_TRUE(future.wait_for(milliseconds(0)));
  EXPECT_TRUE(future.wait_for(-milliseconds(1)));
  EXPECT_EQ(future.get(), 1);
}

TEST(FutureGet, WaitsForAnotherThread) {
  Promise<int> promise;
  Future<int> future = promise.future();
  std::thread producer([&] { promise.set(5); });
  EXPECT_EQ(future.get(), 5);
  producer.join();
}

// A waiter gives up at the moment when the promise is set.
TEST(FutureGet, SurvivesTimeoutsThatRaceWithTheResult) {
  const auto rounds = scaled(2'000);
  for (std::uint64_t i = 0; i < rounds; ++i) {
    Promise<int> promise;
    Future<int> future = promise.future();
    std::thread producer([moved = std::move(promise)]() mutable { moved.set(1); });
    while (!future.wait_for(std::chrono::microseconds(i % 50))) {
    }
    EXPECT_EQ(future.get(), 1);
    producer.join();
  }
}

// The waiter's stack may be gone as soon as it has the result, while the waker still runs.
TEST(FutureGet, LosesNoWakeUp) {
  const auto rounds = scaled(20'000);
  Gate next;
  Promise<std::uint64_t> current;
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < rounds; ++i) {
      next.pass();
      current.set(i);
    }
  });
  for (std::uint64_t i = 0; i < rounds; ++i) {
    next.wait_for_arrival();
    current = Promise<std::uint64_t>();
    Future<std::uint64_t> future = current.future();
    next.open();
    EXPECT_EQ(future.get(), i);
  }
  producer.join();
}

}  // namespace
}  // namespace hookline
