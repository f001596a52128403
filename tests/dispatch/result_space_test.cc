#include "hookline/detail/result_space.h"

#include <gtest/gtest.h>

#include <memory>

// If everything is inlined into a test, GCC 12 warns about the branches of the other kind.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Warray-bounds"
#endif

namespace hookline {

using namespace detail;

namespace {

using Counted = std::shared_ptr<int>;

TEST(ResultSpace, GivesBackAValueOnce) {
  const Counted counted = std::make_shared<int>(1);
  Kept kept = Kept::kNothing;
  ResultSpace<Counted> space;
  space.set(kept, Counted(counted));
  EXPECT_EQ(kept, Kept::kValue);
  EXPECT_EQ(counted.use_count(), 2);
  EXPECT_EQ(space.take(kept), Result<Counted>(counted));
  EXPECT_EQ(kept, Kept::kNothing);
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(ResultSpace, GivesBackAnError) {
  Kept kept = Kept::kNothing;
  ResultSpace<Counted> space;
  space.set(kept, fail(ErrorCode::kScriptRaised, "a message that is longer than a short string"));
  EXPECT_EQ(kept, Kept::kError);
  EXPECT_EQ(space.take(kept).error().message, "a message that is longer than a short string");
  EXPECT_EQ(kept, Kept::kNothing);
}

TEST(ResultSpace, ForgetsWhatNobodyTook) {
  const Counted counted = std::make_shared<int>(1);
  Kept kept = Kept::kNothing;
  ResultSpace<Counted> space;
  space.set(kept, Counted(counted));
  space.clear(kept);
  EXPECT_EQ(counted.use_count(), 1);
  space.set(kept, fail(ErrorCode::kCancelled, "x"));
  space.clear(kept);
  EXPECT_EQ(kept, Kept::kNothing);
}

TEST(ResultSpace, HoldsNothingAsWell) {
  Kept kept = Kept::kNothing;
  ResultSpace<void> space;
  space.set(kept, {});
  EXPECT_TRUE(space.take(kept).has_value());
  space.set(kept, fail(ErrorCode::kCancelled, "x"));
  EXPECT_EQ(space.take(kept).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hookline
