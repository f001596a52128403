#include <gmock/gmock.h>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class UserStats : public ScriptsTest {
 protected:
  Value counted(std::string_view nick, std::string_view what) {
    const Value stats = call("get_stats", {nick});
    const auto* dict = stats.as<Dict>();
    const auto* value = dict == nullptr ? nullptr : dict->find(what);
    return value == nullptr ? Value() : *value;
  }
};

TEST_F(UserStats, CountsWhatUsersDo) {
  load("user_stats");
  event(verlihub::kOnUserLogin, {"ann"});
  chat("ann", "hello");
  chat("ann", "caf\xe9");
  event(verlihub::kOnParsedMsgSearch, {"ann", "$Search Hub:ann F?T?0?1?x"});
  EXPECT_EQ(counted("ann", "logins"), Value(1));
  EXPECT_EQ(counted("ann", "lines"), Value(2));
  EXPECT_EQ(counted("ann", "letters"), Value(9));
  EXPECT_EQ(counted("ann", "searches"), Value(1));
  EXPECT_THAT(command("bob", "+stats ann"),
              StartsWith("ann: 2 lines, 9 letters, 1 searches, 1 logins, online for "));
  EXPECT_EQ(command("bob", "+stats nobody"), "Nothing is known about nobody.");
}

TEST_F(UserStats, ListsTheBusiest) {
  load("user_stats");
  for (int i = 0; i < 3; ++i) {
    chat("bob", "x");
  }
  chat("ann", "a long line");
  EXPECT_THAT(command("ann", "+top"), ::testing::MatchesRegex("Most lines:\n +3  bob\n +1  ann"));
  EXPECT_THAT(command("ann", "+top letters"),
              ::testing::MatchesRegex("Most letters:\n +11  ann\n +3  bob"));
  EXPECT_THAT(command("ann", "+top words"), HasSubstr("Usage: top"));
}

TEST_F(UserStats, KeepsRecords) {
  load("user_stats");
  EXPECT_EQ(command("ann", "+records"), "There are no records yet.");
  event(verlihub::kOnUserLogin, {"ann"});
  hub.remove_user("bob");
  event(verlihub::kOnUserLogin, {"ann"});
  EXPECT_THAT(command("ann", "+records"), HasSubstr("Most users: 4, on "));
  EXPECT_THAT(command("ann", "+records"), HasSubstr("Most share: 5000, on "));
}

TEST_F(UserStats, OutlivesTheHub) {
  load("user_stats");
  event(verlihub::kOnUserLogin, {"ann"});
  chat("ann", "hello");
  reload();
  EXPECT_EQ(counted("ann", "lines"), Value(1));
  EXPECT_THAT(command("ann", "+records"), HasSubstr("Most users: 4"));
}

TEST_F(UserStats, IsSavedNowAndThen) {
  load("user_stats");
  event(verlihub::kOnTimer, {1'000'000.0});
  const auto file = folder.path() / "data/user_stats.json";
  ASSERT_TRUE(std::filesystem::remove(file));
  event(verlihub::kOnTimer, {1'599'999.0});
  EXPECT_FALSE(std::filesystem::exists(file));
  event(verlihub::kOnTimer, {1'600'000.0});
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(UserStats, ForgetsSomeUsersWhenThereAreTooMany) {
  hub.set("user_stats", "kept", "10");
  hub.add_user("ann", {});
  load("user_stats");
  for (int i = 0; i < 20; ++i) {
    chat("guest" + std::to_string(i), "hello");
  }
  event(verlihub::kOnUserLogin, {"ann"});  // seen last
  event(verlihub::kOnTimer, {1'000'000.0});
  EXPECT_EQ(counted("ann", "logins"), Value(1));
  EXPECT_THAT(command("ann", "+top"), Not(HasSubstr("guest0\n")));
}

}  // namespace
}  // namespace hookline::test
