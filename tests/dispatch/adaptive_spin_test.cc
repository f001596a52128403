#include "dispatch/base/adaptive_spin.h"

#include <gtest/gtest.h>

namespace hookline {

using namespace detail;

namespace {

// How often it looked in vain.
int look_in_vain(AdaptiveSpin& spin) {
  int looks = 0;
  EXPECT_FALSE(spin([&] {
    ++looks;
    return false;
  }));
  return looks;
}

TEST(AdaptiveSpin, LooksOnceAtFirst) {
  AdaptiveSpin spin;
  EXPECT_EQ(look_in_vain(spin), 1);
}

TEST(AdaptiveSpin, NeverLooksLessThanOnce) {
  AdaptiveSpin spin;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(look_in_vain(spin), 1);
  }
}

TEST(AdaptiveSpin, LooksTwiceAsLongAfterEachFindUpToItsLimit) {
  AdaptiveSpin spin;
  int expected = 1;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(spin.looks(), expected);
    EXPECT_TRUE(spin([] { return true; }));
    expected = expected < AdaptiveSpin::kMostLooks ? 2 * expected : AdaptiveSpin::kMostLooks;
  }
  EXPECT_EQ(spin.looks(), AdaptiveSpin::kMostLooks);
}

TEST(AdaptiveSpin, LooksHalfAsLongAfterEachTimeInVain) {
  AdaptiveSpin spin;
  while (spin.looks() < AdaptiveSpin::kMostLooks) {
    EXPECT_TRUE(spin([] { return true; }));
  }
  for (int looks = AdaptiveSpin::kMostLooks; looks > 1; looks /= 2) {
    EXPECT_EQ(look_in_vain(spin), looks);
  }
  EXPECT_EQ(spin.looks(), 1);
}

TEST(AdaptiveSpin, StopsAtTheFirstFind) {
  AdaptiveSpin spin;
  while (spin.looks() < 8) {
    EXPECT_TRUE(spin([] { return true; }));
  }
  int looks = 0;
  EXPECT_TRUE(spin([&] { return ++looks == 3; }));
  EXPECT_EQ(looks, 3);
}

TEST(AdaptiveSpin, FindsAtTheLastLook) {
  AdaptiveSpin spin;
  EXPECT_TRUE(spin([] { return true; }));
  int looks = 0;
  EXPECT_TRUE(spin([&] { return ++looks == 2; }));
  EXPECT_EQ(spin.looks(), 4);
}

}  // namespace
}  // namespace hookline
