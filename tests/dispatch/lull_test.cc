#include "dispatch/lull.h"

#include <gtest/gtest.h>

namespace hookline {
namespace {

TEST(Lull, DoesNotRestAtFirst) {
  const Lull lull;
  EXPECT_EQ(lull.steps(), 0);
}

TEST(Lull, DoesNotRestWhileCallsComeInNumbers) {
  Lull lull;
  lull.note(Lull::kFew);
  EXPECT_EQ(lull.steps(), 0);
}

TEST(Lull, RestsLongerEachTimeThatFewHaveCome) {
  Lull lull;
  for (int expected = 2; expected < Lull::kMostSteps; expected *= 2) {
    lull.note(2);
    EXPECT_EQ(lull.steps(), expected);
  }
  for (int i = 0; i < 3; ++i) {
    lull.note(Lull::kFew - 1);
    EXPECT_EQ(lull.steps(), Lull::kMostSteps);
  }
  lull.note(Lull::kFew);
  EXPECT_EQ(lull.steps(), 0);
  lull.note(2);
  EXPECT_EQ(lull.steps(), 2) << "begins anew";
}

TEST(Lull, DoesNotKeepASingleCallWaiting) {
  Lull lull;
  for (int i = 0; i < 10; ++i) {
    lull.note(2);
  }
  for (int i = 0; i < 10; ++i) {
    lull.note(1);
    EXPECT_EQ(lull.steps(), 1);
  }
}

}  // namespace
}  // namespace hookline
