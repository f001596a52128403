#include <gtest/gtest.h>

#include <chrono>

#include "hub/session/command_input.h"

namespace hookline {

using namespace hub;

namespace {

using namespace std::chrono_literals;

int take_all(FloodLimit& limit, TimePoint now) {
  int taken = 0;
  while (taken < 1000 && limit.take(now)) {
    ++taken;
  }
  return taken;
}

TEST(FloodLimit, StartsWithABurst) {
  FloodLimit limit(10, 5, TimePoint());
  EXPECT_EQ(take_all(limit, TimePoint()), 5);
}

TEST(FloodLimit, RefillsAtItsRate) {
  FloodLimit limit(10, 5, TimePoint());
  take_all(limit, TimePoint());
  EXPECT_EQ(take_all(limit, TimePoint() + 99ms), 0);
  EXPECT_EQ(take_all(limit, TimePoint() + 300ms), 3);
}

TEST(FloodLimit, NeverHoldsMoreThanTheBurst) {
  FloodLimit limit(10, 5, TimePoint());
  EXPECT_EQ(take_all(limit, TimePoint() + 24h), 5);
}

TEST(FloodLimit, ARateOfZeroIsNoLimit) {
  FloodLimit limit(0, 1, TimePoint());
  EXPECT_EQ(take_all(limit, TimePoint()), 1000);
}

TEST(FloodLimit, AClockThatGoesBackTakesNothingAway) {
  FloodLimit limit(10, 5, TimePoint() + 1s);
  EXPECT_EQ(take_all(limit, TimePoint()), 5);
  EXPECT_EQ(take_all(limit, TimePoint() + 1100ms), 1);
}

}  // namespace
}  // namespace hookline
