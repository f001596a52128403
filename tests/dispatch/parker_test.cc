#include "dispatch/wait/parker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

constexpr TimePoint kPast{};

TEST(Parker, KeepsAWakeUpThatComesFirst) {
  Parker parker;
  parker.unpark();
  parker.park();
  EXPECT_FALSE(parker.park_until(kPast)) << "park() must consume the wake-up that it returns for";
}

TEST(Parker, KeepsOneWakeUpOnly) {
  Parker parker;
  parker.unpark();
  parker.unpark();
  EXPECT_TRUE(parker.park_until(kPast));
  EXPECT_FALSE(parker.park_until(kPast));
}

TEST(Parker, GivesUpAtTheDeadline) {
  Parker parker;
  EXPECT_FALSE(parker.park_until(Clock::system().now() + std::chrono::milliseconds(1)));
}

// Each thread waits for the end of the other's turn: a single lost wake-up would hang the test.
TEST(Parker, LosesNoWakeUpBetweenTwoThreads) {
  const std::uint64_t rounds = scaled(20'000);
  Parker parkers[2];
  std::atomic<std::uint64_t> turn{0};
  const auto play = [&](std::uint64_t me) {
    for (std::uint64_t round = 0; round < rounds; ++round) {
      while (turn.load(std::memory_order_acquire) % 2 != me) {
        parkers[me].park();
      }
      turn.fetch_add(1, std::memory_order_acq_rel);
      parkers[1 - me].unpark();
    }
  };
  std::thread other([&] { play(1); });
  play(0);
  other.join();
  EXPECT_EQ(turn.load(), 2 * rounds);
}

TEST(SharedParker, LivesAsLongAsItsLastReference) {
  SharedParker::Ref waker;
  {
    const SharedParker::Ref owner = SharedParker::make();
    waker = owner;
  }
  waker->unpark();
  EXPECT_TRUE(waker->park_until(kPast));
}

TEST(SharedParker, GivesEachThreadItsOwn) {
  const SharedParker::Ref& mine = SharedParker::of_this_thread();
  EXPECT_EQ(&*mine, &*SharedParker::of_this_thread());
  std::thread([&] { EXPECT_NE(&*mine, &*SharedParker::of_this_thread()); }).join();
}

}  // namespace
}  // namespace hookline
