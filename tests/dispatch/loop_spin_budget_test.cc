#include "dispatch/exec/loop_spin_budget.h"

#include <gtest/gtest.h>

namespace hookline {

using namespace detail;

namespace {

// How many turns it looks on when nothing comes.
int turns_in_vain(LoopSpinBudget& patience) {
  int turns = 0;
  do {
    patience.note(false);
    ++turns;
  } while (!patience.ended());
  return turns;
}

TEST(LoopSpinBudget, LooksOnForOneTurnAtFirst) {
  LoopSpinBudget patience;
  EXPECT_EQ(turns_in_vain(patience), 1);
  EXPECT_EQ(turns_in_vain(patience), 1);
}

TEST(LoopSpinBudget, DoesNotEndWhileThereAreJobs) {
  LoopSpinBudget patience;
  for (int i = 0; i < 100; ++i) {
    patience.note(true);
    EXPECT_FALSE(patience.ended());
  }
  EXPECT_EQ(patience.turns(), 1) << "it has not looked on";
}

TEST(LoopSpinBudget, GrowsWhereLookingOnHasPaidUpToItsLimit) {
  LoopSpinBudget patience;
  for (int expected = 2; expected <= 2 * LoopSpinBudget::kMostTurns; expected *= 2) {
    patience.note(false);
    patience.note(true);
    EXPECT_EQ(patience.turns(), std::min(expected, LoopSpinBudget::kMostTurns));
  }
}

TEST(LoopSpinBudget, ShrinksEachTimeInVain) {
  LoopSpinBudget patience;
  for (int i = 0; i < 10; ++i) {
    patience.note(false);
    patience.note(true);
  }
  for (int expected = LoopSpinBudget::kMostTurns; expected > 1; expected /= 2) {
    EXPECT_EQ(turns_in_vain(patience), expected);
  }
  EXPECT_EQ(patience.turns(), 1);
}

}  // namespace
}  // namespace hookline
