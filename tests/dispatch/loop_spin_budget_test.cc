#include "dispatch/exec/loop_spin_budget.h"

#include <gtest/gtest.h>

namespace hookline {

using namespace detail;

namespace {

// Returns how many turns it spins when nothing comes.
int turns_in_vain(LoopSpinBudget& budget) {
  int turns = 0;
  do {
    budget.note_turn(false);
    ++turns;
  } while (!budget.exhausted());
  return turns;
}

// Jobs come while the loop spins.
void succeed(LoopSpinBudget& budget, int times) {
  for (int i = 0; i < times; ++i) {
    budget.note_turn(false);
    budget.note_turn(true);
  }
}

TEST(LoopSpinBudget, AlwaysSpinsForOneTurnAtLeast) {
  LoopSpinBudget budget;
  EXPECT_FALSE(budget.exhausted());
  for (int i = 0; i < 10; ++i) {
    EXPECT_GE(turns_in_vain(budget), 1);
  }
}

TEST(LoopSpinBudget, IsNotExhaustedWhileThereAreJobs) {
  LoopSpinBudget budget;
  for (int i = 0; i < 100; ++i) {
    budget.note_turn(true);
    EXPECT_FALSE(budget.exhausted());
  }
  LoopSpinBudget fresh;
  EXPECT_EQ(turns_in_vain(budget), turns_in_vain(fresh)) << "jobs alone must not enlarge it";
}

TEST(LoopSpinBudget, GrowsUpToALimitIfSpinningBringsJobs) {
  LoopSpinBudget fresh;
  LoopSpinBudget once;
  succeed(once, 1);
  EXPECT_GT(turns_in_vain(once), turns_in_vain(fresh));
  LoopSpinBudget some;
  succeed(some, 100);
  LoopSpinBudget many;
  succeed(many, 1'000);
  EXPECT_EQ(turns_in_vain(some), turns_in_vain(many));
}

TEST(LoopSpinBudget, ShrinksEachTimeInVain) {
  LoopSpinBudget fresh;
  const int least = turns_in_vain(fresh);
  LoopSpinBudget budget;
  succeed(budget, 100);
  int last = turns_in_vain(budget);
  EXPECT_GT(last, least);
  while (last > least) {
    const int turns = turns_in_vain(budget);
    ASSERT_LT(turns, last);
    last = turns;
  }
}

}  // namespace
}  // namespace hookline
