#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "hookline/hook.h"

namespace hookline {
namespace {

// The numbers are part of the C interface: a row that moves breaks existing code.
TEST(Hooks, HaveTheNumbersOfTheCInterface) {
  EXPECT_EQ(kHookCount, 41U);
  EXPECT_EQ(static_cast<int>(Hook::kOnNewConn), 0);
  EXPECT_EQ(static_cast<int>(Hook::kOnParsedMsgChat), 3);
  EXPECT_EQ(static_cast<int>(Hook::kOnUnLoad), 15);
  EXPECT_EQ(static_cast<int>(Hook::kOnUnknownMsg), 25);
  EXPECT_EQ(static_cast<int>(Hook::kOnHubCommand), 32);
  EXPECT_EQ(static_cast<int>(Hook::kOnTimer), 37);
  EXPECT_EQ(static_cast<int>(Hook::kOnSetConfig), 40);
}

TEST(Hooks, EveryRowIsWellFormed) {
  std::set<std::string_view> names;
  for (const HookRow& row : kHooks) {
    EXPECT_TRUE(row.name.starts_with("On")) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " twice";
    EXPECT_EQ(row.argument_kinds.find_first_not_of("sld"), std::string_view::npos) << row.name;
    EXPECT_EQ(std::ranges::count(row.argument_names, ' ') + 1,
              static_cast<std::ptrdiff_t>(row.argument_kinds.size()))
        << row.name;
  }
}

TEST(Hooks, AreFoundByName) {
  EXPECT_EQ(find_hook("OnTimer"), Hook::kOnTimer);
  EXPECT_EQ(find_hook("OnSetConfig"), Hook::kOnSetConfig);
  EXPECT_FALSE(find_hook("OnNothing"));
  EXPECT_FALSE(find_hook(""));
}

}  // namespace
}  // namespace hookline
