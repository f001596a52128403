#include <gtest/gtest.h>

#include <cstdint>

#include "plugin/types/log.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};

class LogBudgetTest : public ::testing::Test {
 protected:
  // Returns how many of `lines` lines may be written at this moment.
  int spend(TimePoint now, int lines) {
    int written = 0;
    for (int i = 0; i < lines; ++i) {
      written += budget.spend(now, left_out) ? 1 : 0;
    }
    return written;
  }

  LogBudget budget;
  std::uint64_t left_out = 0;  // the number that the last written line reports
};

constexpr int kBurst = LogBudget::kBurst;

TEST_F(LogBudgetTest, ABurstIsWritten) {
  EXPECT_EQ(spend(kStart, kBurst), kBurst);
  EXPECT_EQ(left_out, 0U);
}

TEST_F(LogBudgetTest, WhatIsBeyondTheBurstIsLeftOut) {
  EXPECT_EQ(spend(kStart, 10 * kBurst), kBurst);
  EXPECT_EQ(spend(kStart + LogBudget::kRefill - Duration(1), 5), 0);
}

TEST_F(LogBudgetTest, OneLineComesBackForEachRefill) {
  spend(kStart, kBurst);
  EXPECT_EQ(spend(kStart + LogBudget::kRefill, 5), 1);
  EXPECT_EQ(spend(kStart + 4 * LogBudget::kRefill, 5), 3);
  EXPECT_EQ(spend(kStart + 4 * LogBudget::kRefill, 5), 0);
}

// A line in the middle of a refill does not take away the part of the next that has been earned.
TEST_F(LogBudgetTest, PartOfARefillIsKept) {
  spend(kStart, kBurst);
  EXPECT_EQ(spend(kStart + LogBudget::kRefill * 3 / 2, 5), 1);
  EXPECT_EQ(spend(kStart + 2 * LogBudget::kRefill, 5), 1);
}

TEST_F(LogBudgetTest, ALongSilenceFillsItToTheBurstAndNoFurther) {
  spend(kStart, kBurst);
  const TimePoint later = kStart + std::chrono::hours(100);
  EXPECT_EQ(spend(later, 10 * kBurst), kBurst);
  EXPECT_EQ(spend(later + LogBudget::kRefill, 5), 1);
}

// The time in which the budget was full is not saved up.
TEST_F(LogBudgetTest, AFullBudgetEarnsNothing) {
  const TimePoint later = kStart + std::chrono::hours(100);
  EXPECT_EQ(spend(kStart, 1), 1);
  EXPECT_EQ(spend(later, kBurst), kBurst);
  EXPECT_EQ(spend(later, 1), 0);
}

TEST_F(LogBudgetTest, TheNextLineSaysHowManyWereLeftOut) {
  spend(kStart, kBurst + 25);
  EXPECT_TRUE(budget.spend(kStart + 2 * LogBudget::kRefill, left_out));
  EXPECT_EQ(left_out, 25U);
  EXPECT_TRUE(budget.spend(kStart + 2 * LogBudget::kRefill, left_out));
  EXPECT_EQ(left_out, 0U);
}

TEST_F(LogBudgetTest, ALineThatIsLeftOutDoesNotTouchTheCount) {
  spend(kStart, kBurst);
  left_out = 99;
  EXPECT_FALSE(budget.spend(kStart, left_out));
  EXPECT_EQ(left_out, 99U);
}

}  // namespace
}  // namespace hookline::test
