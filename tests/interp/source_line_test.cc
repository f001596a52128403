#include "interp/source_line.h"

#include <gtest/gtest.h>

namespace hookline {

using namespace detail;

namespace {

TEST(SourceLine, LosesTheSpacesAroundIt) {
  EXPECT_EQ(trimmed(" \t\fa = 1\t\r"), "a = 1");
  EXPECT_EQ(trimmed("a = 1"), "a = 1");
}

TEST(SourceLine, OfSpacesIsEmpty) {
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\r\t \f"), "");
}

}  // namespace
}  // namespace hookline
