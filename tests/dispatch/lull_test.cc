#include "dispatch/lull.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace hookline {
namespace {

constexpr std::size_t kEnough = 64;

TEST(Lull, DoesNotRestAtFirst) {
  const Lull lull;
  EXPECT_EQ(lull.steps(), 0);
}

TEST(Lull, DoesNotRestWhileCallsComeInNumbers) {
  Lull lull;
  lull.note(kEnough, kEnough);
  EXPECT_EQ(lull.steps(), 0);
}

TEST(Lull, RestsLongerEachTimeThatFewHaveCome) {
  Lull lull;
  for (int expected = 2; expected < Lull::kMostSteps; expected *= 2) {
    lull.note(2, kEnough);
    EXPECT_EQ(lull.steps(), expected);
  }
  for (int i = 0; i < 3; ++i) {
    lull.note(kEnough - 1, kEnough);
    EXPECT_EQ(lull.steps(), Lull::kMostSteps);
  }
  lull.note(kEnough, kEnough);
  EXPECT_EQ(lull.steps(), 0);
  lull.note(2, kEnough);
  EXPECT_EQ(lull.steps(), 2) << "begins anew";
}

TEST(Lull, RemembersForAWhileThatItHadToWait) {
  Lull lull;
  EXPECT_FALSE(lull.waited_lately());
  lull.note(1, kEnough);
  EXPECT_FALSE(lull.waited_lately()) << "one call is no stream";
  lull.note(2, kEnough);
  for (int i = 0; i < Lull::kLately; ++i) {
    EXPECT_TRUE(lull.waited_lately());
    lull.note(kEnough, kEnough);
  }
  EXPECT_FALSE(lull.waited_lately());
}

TEST(Lull, DoesNotKeepASingleCallWaiting) {
  Lull lull;
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
