#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "hookline/future.h"
#include "tests/support/scale.h"

namespace hookline {
namespace {

TEST(FutureCancel, EndsWhatHasNotStarted) {
  Promise<int> promise;
  Future<int> future = promise.future();
  EXPECT_TRUE(future.cancel());
  EXPECT_FALSE(future.cancel());
  EXPECT_TRUE(future.ready());
  EXPECT_FALSE(promise.try_start());
  EXPECT_FALSE(promise.set(1));
  EXPECT_EQ(future.get().error().code, ErrorCode::kCancelled);
}

TEST(FutureCancel, LeavesAloneWhatHasStarted) {
  Promise<int> promise;
  Future<int> future = promise.future();
  EXPECT_TRUE(promise.try_start());
  EXPECT_FALSE(promise.try_start());
  EXPECT_FALSE(future.cancel());
  EXPECT_TRUE(promise.set(1));
  EXPECT_EQ(future.get(), 1);
}

TEST(FutureCancel, LeavesAloneWhatIsDone) {
  Promise<int> promise;
  Future<int> future = promise.future();
  promise.set(1);
  EXPECT_FALSE(future.cancel());
  EXPECT_EQ(future.get(), 1);
}

// Exactly one of the two sides wins, and the result tells which.
TEST(FutureCancel, AgreesWithTheStartingThread) {
  const auto rounds = scaled(3'000);
  for (std::uint64_t i = 0; i < rounds; ++i) {
    Promise<int> promise;
    Future<int> future = promise.future();
    std::atomic<bool> ran{false};
    std::thread worker([&] {
      if (promise.try_start()) {
        ran = true;
      }
      promise.set(1);
    });
    const bool cancelled = future.cancel();
    const bool has_value = future.get().has_value();
    worker.join();
    // Both may fail, because set() is legal without try_start().
    EXPECT_NE(cancelled, has_value);
    EXPECT_NE(cancelled, ran.load());
  }
}

}  // namespace
}  // namespace hookline
