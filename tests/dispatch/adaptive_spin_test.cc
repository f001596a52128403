#include "dispatch/base/adaptive_spin.h"

#include <gtest/gtest.h>

namespace hookline {

using namespace detail;

namespace {

// Returns how often it polls when nothing comes.
int polls_in_vain(AdaptiveSpin& spin) {
  int polls = 0;
  EXPECT_FALSE(spin([&] {
    ++polls;
    return false;
  }));
  return polls;
}

void succeed(AdaptiveSpin& spin, int times) {
  for (int i = 0; i < times; ++i) {
    EXPECT_TRUE(spin([] { return true; }));
  }
}

TEST(AdaptiveSpin, AlwaysPollsOnceAtLeast) {
  AdaptiveSpin spin;
  for (int i = 0; i < 10; ++i) {
    EXPECT_GE(polls_in_vain(spin), 1);
  }
}

TEST(AdaptiveSpin, PollsLongerIfThatHasSucceeded) {
  AdaptiveSpin spin;
  const int before = polls_in_vain(spin);
  succeed(spin, 1);
  EXPECT_GT(polls_in_vain(spin), before);
}

TEST(AdaptiveSpin, DoesNotPollLongerWithoutLimit) {
  AdaptiveSpin some;
  succeed(some, 100);
  AdaptiveSpin many;
  succeed(many, 1'000);
  EXPECT_EQ(polls_in_vain(some), polls_in_vain(many));
}

TEST(AdaptiveSpin, PollsLessEachTimeInVain) {
  AdaptiveSpin fresh;
  const int least = polls_in_vain(fresh);
  AdaptiveSpin spin;
  succeed(spin, 100);
  int last = polls_in_vain(spin);
  EXPECT_GT(last, least);
  while (last > least) {
    const int polls = polls_in_vain(spin);
    ASSERT_LT(polls, last);
    last = polls;
  }
}

TEST(AdaptiveSpin, StopsAtTheFirstSuccess) {
  AdaptiveSpin spin;
  succeed(spin, 100);
  int polls = 0;
  EXPECT_TRUE(spin([&] { return ++polls == 3; }));
  EXPECT_EQ(polls, 3);
}

TEST(AdaptiveSpin, CountsASuccessOfTheLastPoll) {
  AdaptiveSpin spin;
  succeed(spin, 1);
  AdaptiveSpin copy = spin;
  const int limit = polls_in_vain(copy);
  int polls = 0;
  EXPECT_TRUE(spin([&] { return ++polls == limit; }));
  EXPECT_GT(polls_in_vain(spin), limit);
}

}  // namespace
}  // namespace hookline
