#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "dispatch/base/job_list.h"
#include "dispatch/future/when_all.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "tests/support/held_executor.h"
#include "tests/support/scale.h"

// GCC 12 warns that the Result<int> which is moved into a lambda may be uninitialized.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace hookline {

using namespace detail;

namespace {

Executor& here() { return InlineExecutor::instance(); }

TEST(FutureThen, MapsAValue) {
  Promise<int> promise;
  Future<std::string> future =
      promise.future().then(here(), [](Result<int> n) { return std::to_string(n.value()); });
  EXPECT_FALSE(future.ready());
  promise.set(42);
  EXPECT_EQ(future.get(), "42");
}

TEST(FutureThen, RunsAtOnceOnAReadyFuture) {
  EXPECT_EQ(
      make_ready_future<int>(1).then(here(), [](Result<int> n) { return n.value() + 1; }).get(), 2);
}

TEST(FutureThen, FlattensAResult) {
  auto future = make_ready_future<int>(1).then(
      here(), [](Result<int>) -> Result<int> { return fail(ErrorCode::kBadArguments, "no"); });
  static_assert(std::is_same_v<decltype(future), Future<int>>);
  EXPECT_EQ(future.get().error().code, ErrorCode::kBadArguments);
}

TEST(FutureThen, FlattensAFuture) {
  Promise<std::string> inner;
  auto future = make_ready_future<int>(1).then(here(), [&](Result<int>) { return inner.future(); });
  static_assert(std::is_same_v<decltype(future), Future<std::string>>);
  EXPECT_FALSE(future.ready());
  inner.set("later");
  EXPECT_EQ(future.get(), "later");
}

TEST(FutureThen, FlattensAReadyFuture) {
  auto future = make_ready_future<int>(1).then(
      here(), [](Result<int> n) { return make_ready_future<int>(n.value() + 1); });
  EXPECT_EQ(future.get(), 2);
}

TEST(FutureThen, MayReturnNothing) {
  int seen = 0;
  Future<void> future =
      make_ready_future<int>(3).then(here(), [&](Result<int> n) { seen = n.value(); });
  EXPECT_TRUE(future.get().has_value());
  EXPECT_EQ(seen, 3);
}

TEST(FutureThen, PassesTheErrorToTheFunction) {
  Future<bool> future =
      make_ready_future<int>(fail(ErrorCode::kDropped, "")).then(here(), [](Result<int> result) {
        return result.error().code == ErrorCode::kDropped;
      });
  EXPECT_EQ(future.get(), true);
}

TEST(FutureThen, RunsWhereTheExecutorSays) {
  HeldExecutor held;
  Promise<int> promise;
  Future<int> future = promise.future().then(held, [](Result<int> n) { return n.value(); });
  promise.set(1);
  EXPECT_FALSE(future.ready());
  held.run_all();
  EXPECT_EQ(future.get(), 1);
}

TEST(FutureThen, SaysShuttingDownIfTheExecutorDiscardsIt) {
  HeldExecutor held;
  bool called = false;
  Future<void> future = make_ready_future<int>(1).then(held, [&](Result<int>) { called = true; });
  held.jobs.discard_all();
  EXPECT_EQ(future.get().error().code, ErrorCode::kShuttingDown);
  EXPECT_FALSE(called);
}

TEST(FutureThen, DoesNotCallTheFunctionOfACancelledFuture) {
  Promise<int> promise;
  bool called = false;
  Future<void> future = promise.future().then(here(), [&](Result<int>) { called = true; });
  EXPECT_TRUE(future.cancel());
  promise.set(1);
  EXPECT_EQ(future.get().error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(called);
}

TEST(FutureThen, WorksWithoutAnybodyHoldingTheFuture) {
  Promise<int> promise;
  int seen = 0;
  (void)promise.future().then(here(), [&](Result<int> n) { seen = n.value(); });
  promise.set(9);
  EXPECT_EQ(seen, 9);
}

TEST(FutureThen, MayFormLongChains) {
  Promise<int> promise;
  Future<int> future = promise.future();
  for (int i = 0; i < 100; ++i) {
    future = future.then(here(), [](Result<int> n) { return n.value() + 1; });
  }
  promise.set(0);
  EXPECT_EQ(future.get(), 100);
}

// One thread calls then() while another one sets the promise: the function runs exactly once.
TEST(FutureThen, RunsOnceHoweverTheTwoThreadsRace) {
  const auto rounds = scaled(3'000);
  for (std::uint64_t i = 0; i < rounds; ++i) {
    std::atomic<int> calls{0};
    Promise<int> promise;
    Future<int> source = promise.future();
    std::thread producer([moved = std::move(promise)]() mutable { moved.set(1); });
    Future<void> future = source.then(here(), [&](Result<int>) { ++calls; });
    future.wait();
    EXPECT_EQ(calls.load(), 1);
    producer.join();
  }
}

TEST(WhenAll, GathersInOrder) {
  std::vector<Promise<int>> promises(3);
  std::vector<Future<int>> futures;
  for (auto& promise : promises) {
    futures.push_back(promise.future());
  }
  auto all = when_all(std::move(futures));
  promises[2].set(2);
  promises[0].set(0);
  EXPECT_FALSE(all.ready());
  promises[1].set(fail(ErrorCode::kCancelled, "x"));
  const auto results = all.get();
  ASSERT_EQ(results->size(), 3U);
  EXPECT_EQ((*results)[0], 0);
  EXPECT_EQ((*results)[1].error().code, ErrorCode::kCancelled);
  EXPECT_EQ((*results)[2], 2);
}

TEST(WhenAll, IsReadyForNothing) { EXPECT_TRUE(when_all(std::vector<Future<int>>{}).ready()); }

}  // namespace
}  // namespace hookline
