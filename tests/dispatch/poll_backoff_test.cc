#include "dispatch/base/poll_backoff.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace hookline {

using namespace detail;

namespace {

constexpr std::size_t kEnough = 64;

// Notes polls that find `found` calls each.
void poll(PollBackoff& backoff, std::size_t found, int times = 1) {
  for (int i = 0; i < times; ++i) {
    backoff.note_poll(found, kEnough);
  }
}

TEST(PollBackoff, DoesNotPauseAtFirst) {
  const PollBackoff backoff;
  EXPECT_EQ(backoff.steps(), 0);
}

TEST(PollBackoff, DoesNotPauseWhileEnoughCallsWait) {
  PollBackoff backoff;
  poll(backoff, kEnough, 10);
  EXPECT_EQ(backoff.steps(), 0);
}

TEST(PollBackoff, PausesLongerEachTimeThatFewCallsWaitUpToALimit) {
  PollBackoff backoff;
  poll(backoff, 2);
  const int first = backoff.steps();
  EXPECT_GT(first, 0);
  poll(backoff, kEnough - 1);
  EXPECT_GT(backoff.steps(), first);
  poll(backoff, 2, 100);
  const int longest = backoff.steps();
  poll(backoff, 2, 1'000);
  EXPECT_EQ(backoff.steps(), longest);
}

TEST(PollBackoff, BeginsAnewWhenEnoughCallsHaveWaited) {
  PollBackoff fresh;
  poll(fresh, 2);
  PollBackoff backoff;
  poll(backoff, 2, 10);
  EXPECT_GT(backoff.steps(), fresh.steps());
  poll(backoff, kEnough);
  EXPECT_EQ(backoff.steps(), 0);
  poll(backoff, 2);
  EXPECT_EQ(backoff.steps(), fresh.steps());
}

TEST(PollBackoff, DoesNotKeepASingleCallWaiting) {
  PollBackoff fresh;
  poll(fresh, 2);
  PollBackoff backoff;
  poll(backoff, 2, 10);
  for (int i = 0; i < 10; ++i) {
    poll(backoff, 1);
    EXPECT_LT(backoff.steps(), fresh.steps());
  }
}

TEST(PollBackoff, ASingleCallIsNoSlowPoster) {
  PollBackoff backoff;
  EXPECT_FALSE(backoff.poster_was_slow());
  poll(backoff, 1, 10);
  EXPECT_FALSE(backoff.poster_was_slow());
}

TEST(PollBackoff, RemembersForAWhileThatThePosterWasSlow) {
  PollBackoff backoff;
  poll(backoff, 2);
  int polls = 0;
  for (; polls < 1'000'000 && backoff.poster_was_slow(); ++polls) {
    poll(backoff, kEnough);
  }
  EXPECT_GT(polls, 10);
  EXPECT_FALSE(backoff.poster_was_slow());
  poll(backoff, 2);
  EXPECT_TRUE(backoff.poster_was_slow());
}

}  // namespace
}  // namespace hookline
