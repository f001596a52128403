#include "dispatch/base/poll_backoff.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace hookline {

using namespace detail;

namespace {

constexpr std::size_t kEnough = 64;

TEST(PollBackoff, DoesNotRestAtFirst) {
  const PollBackoff lull;
  EXPECT_EQ(lull.steps(), 0);
}

TEST(PollBackoff, DoesNotRestWhileCallsComeInNumbers) {
  PollBackoff lull;
  lull.note(kEnough, kEnough);
  EXPECT_EQ(lull.steps(), 0);
}

TEST(PollBackoff, RestsLongerEachTimeThatFewHaveCome) {
  PollBackoff lull;
  for (int expected = 2; expected < PollBackoff::kMostSteps; expected *= 2) {
    lull.note(2, kEnough);
    EXPECT_EQ(lull.steps(), expected);
  }
  for (int i = 0; i < 3; ++i) {
    lull.note(kEnough - 1, kEnough);
    EXPECT_EQ(lull.steps(), PollBackoff::kMostSteps);
  }
  lull.note(kEnough, kEnough);
  EXPECT_EQ(lull.steps(), 0);
  lull.note(2, kEnough);
  EXPECT_EQ(lull.steps(), 2) << "begins anew";
}

TEST(PollBackoff, RemembersForAWhileThatItHadToWait) {
  PollBackoff lull;
  EXPECT_FALSE(lull.waited_lately());
  lull.note(1, kEnough);
  EXPECT_FALSE(lull.waited_lately()) << "one call is no stream";
  lull.note(2, kEnough);
  for (int i = 0; i < PollBackoff::kLately; ++i) {
    EXPECT_TRUE(lull.waited_lately());
    lull.note(kEnough, kEnough);
  }
  EXPECT_FALSE(lull.waited_lately());
}

TEST(PollBackoff, DoesNotKeepASingleCallWaiting) {
  PollBackoff lull;
  for (int i = 0; i < 10; ++i) {
    lull.note(2, kEnough);
  }
  for (int i = 0; i < 10; ++i) {
    lull.note(1, kEnough);
    EXPECT_EQ(lull.steps(), 1);
  }
}

}  // namespace
}  // namespace hookline
