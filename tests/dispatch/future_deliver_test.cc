#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "hookline/future.h"
#include "hookline/loop.h"
#include "tests/support/late_executor.h"

namespace hookline {
namespace {

TEST(FutureDeliver, GivesTheResultWhenItIsThere) {
  Promise<int> promise;
  Result<int> got = fail(ErrorCode::kCancelled, "nothing yet");
  promise.future().deliver_to(InlineExecutor::instance(),
                              [&](Result<int> result) { got = result; });
  EXPECT_FALSE(got.has_value());
  promise.set(5);
  EXPECT_EQ(got, Result<int>(5));
}

TEST(FutureDeliver, GivesAResultThatIsThereAlready) {
  int got = 0;
  make_ready_future<int>(7).deliver_to(InlineExecutor::instance(),
                                       [&](Result<int> result) { got = *result; });
  EXPECT_EQ(got, 7);
}

TEST(FutureDeliver, GivesErrorsToo) {
  ErrorCode got{};
  {
    Promise<int> promise;
    promise.future().deliver_to(InlineExecutor::instance(),
                                [&](Result<int> result) { got = result.error().code; });
  }
  EXPECT_EQ(got, ErrorCode::kShuttingDown);
}

TEST(FutureDeliver, RunsOnTheExecutor) {
  LateExecutor executor;
  Promise<int> promise;
  int got = 0;
  promise.future().deliver_to(executor, [&](Result<int> result) { got = *result; });
  promise.set(3);
  EXPECT_EQ(got, 0);
  ASSERT_EQ(executor.jobs.size(), 1U);
  executor.jobs[0]->run();
  EXPECT_EQ(got, 3);
}

TEST(FutureDeliver, LetsGoOfTheFunctionWhenTheJobIsDiscarded) {
  LateExecutor executor;
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = held;
  bool called = false;
  make_ready_future<int>(1).deliver_to(
      executor, [&called, held = std::move(held)](Result<int>) { called = true; });
  ASSERT_EQ(executor.jobs.size(), 1U);
  executor.jobs[0]->discard();
  EXPECT_TRUE(seen.expired());
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace hookline
