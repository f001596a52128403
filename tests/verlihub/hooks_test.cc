#include "hookline/verlihub/hooks.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string_view>

namespace hookline {
namespace {

// The numbers are part of the C interface: a row that moves breaks existing code.
TEST(Hooks, HaveTheNumbersOfTheCInterface) {
  EXPECT_EQ(verlihub::hook_rows().size(), 41U);
  EXPECT_EQ(static_cast<int>(verlihub::kOnNewConn), 0);
  EXPECT_EQ(static_cast<int>(verlihub::kOnParsedMsgChat), 3);
  EXPECT_EQ(static_cast<int>(verlihub::kOnUnLoad), 15);
  EXPECT_EQ(static_cast<int>(verlihub::kOnUnknownMsg), 25);
  EXPECT_EQ(static_cast<int>(verlihub::kOnHubCommand), 32);
  EXPECT_EQ(static_cast<int>(verlihub::kOnTimer), 37);
  EXPECT_EQ(static_cast<int>(verlihub::kOnSetConfig), 40);
}

TEST(Hooks, EveryRowIsWellFormed) {
  std::set<std::string_view> names;
  for (const HookRow& row : verlihub::hook_rows()) {
    EXPECT_TRUE(row.name.starts_with("On")) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " twice";
    EXPECT_EQ(row.kinds.find_first_not_of("sld"), std::string_view::npos) << row.name;
    for (std::size_t i = 0; i < row.names.size(); ++i) {
      EXPECT_EQ(row.names.at(i).empty(), i >= row.kinds.size()) << row.name;
      EXPECT_FALSE(row.names.at(i).contains(' ')) << row.name;
    }
  }
}

TEST(Hooks, AreFoundByName) {
  EXPECT_EQ(verlihub::find_hook("OnTimer"), verlihub::kOnTimer);
  EXPECT_EQ(verlihub::find_hook("OnSetConfig"), verlihub::kOnSetConfig);
  EXPECT_FALSE(verlihub::find_hook("OnNothing"));
  EXPECT_FALSE(verlihub::find_hook(""));
}

}  // namespace
}  // namespace hookline
