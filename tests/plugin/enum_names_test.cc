// Tests the names of enumerators in configurations and in the comments of scripts.

#include "plugin/types/enum_names.h"

#include <gtest/gtest.h>

#include <optional>

namespace hookline {
namespace {

using namespace detail;

TEST(EnumNames, EachEnumeratorIsFoundByItsName) {
  for (const Gil gil : {Gil::kOwn, Gil::kShared, Gil::kMain}) {
    EXPECT_EQ(enum_named<Gil>(enum_name(gil)), gil);
  }
  for (const ReloadMode mode : {ReloadMode::kFresh, ReloadMode::kInPlace}) {
    EXPECT_EQ(enum_named<ReloadMode>(enum_name(mode)), mode);
  }
  for (const Overflow overflow :
       {Overflow::kBlock, Overflow::kReject, Overflow::kDropOldest, Overflow::kDropNewest}) {
    EXPECT_EQ(enum_named<Overflow>(enum_name(overflow)), overflow);
  }
  EXPECT_EQ(enum_name(Gil::kMain), "main");
  EXPECT_EQ(enum_name(ReloadMode::kInPlace), "in_place");
  EXPECT_EQ(enum_name(Overflow::kDropNewest), "drop_newest");
}

TEST(EnumNames, NothingElseIsAName) {
  for (const auto* const text : {"", "Own", "own ", "fresh"}) {
    EXPECT_EQ(enum_named<Gil>(text), std::nullopt) << text;
  }
}

TEST(EnumNames, TheChoicesMakeASentence) {
  EXPECT_EQ(enum_choices<Gil>(), R"("own", "shared" or "main")");
  EXPECT_EQ(enum_choices<ReloadMode>(), R"("fresh" or "in_place")");
  EXPECT_EQ(enum_choices<Overflow>(), R"("block", "reject", "drop_oldest" or "drop_newest")");
}

}  // namespace
}  // namespace hookline
