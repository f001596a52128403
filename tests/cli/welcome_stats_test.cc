#include <string>

#include "hookline/verlihub/functions.h"
#include "hookline/verlihub/hooks.h"
#include "tests/cli/example_scripts.h"

namespace hookline::test {
namespace {

class WelcomeStats : public ExampleScriptTest {
 protected:
  std::string pm_to(std::string_view nick) {
    const auto requests = hub.take_requests();
    EXPECT_EQ(requests.size(), 1U);
    if (requests.size() != 1 || requests[0].function != Vh::kpm) {
      return {};
    }
    EXPECT_EQ(requests[0].args[1], Value(nick));
    return *requests[0].args[0].as<std::string>();
  }
};

TEST_F(WelcomeStats, GreetsWhoHasLoggedIn) {
  load("welcome_stats");
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnUserInList, {"nick"}).allowed);
  EXPECT_EQ(pm_to("nick"),
            "Welcome, nick! 3 users are online. Say +stats to see what goes on here.");
}

TEST_F(WelcomeStats, TheGreetingIsConfigured) {
  hub.set("greeting", "{nick} is {users} {{}} {x}");
  load("welcome_stats");
  (void)scripts->decide_wait(verlihub::kOnUserInList, {"ni{users}ck"});
  // The nick is inserted last, so that placeholders in it are not expanded.
  EXPECT_EQ(pm_to("ni{users}ck"), "ni{users}ck is 3 {{}} {x}");
}

TEST_F(WelcomeStats, CountsLines) {
  load("welcome_stats");
  EXPECT_TRUE(chat("a", "hello").allowed);
  EXPECT_TRUE(chat("a", "caf\xe9").allowed);
  EXPECT_TRUE(chat("b", "hi").allowed);
  EXPECT_EQ(call("hooks_seen"), Value(3));
  const Value stats = call("get_stats", {"a"});
  EXPECT_EQ(*stats.as<Dict>()->find("lines"), Value(2));
  EXPECT_EQ(*stats.as<Dict>()->find("letters"), Value(9));
  EXPECT_TRUE(call("get_stats", {"nobody"}).is_none());
}

TEST_F(WelcomeStats, CountsLogins) {
  load("welcome_stats");
  for (int i = 0; i < 2; ++i) {
    (void)scripts->decide_wait(verlihub::kOnUserLogin, {"a"});
    (void)scripts->decide_wait(verlihub::kOnUserLogout, {"a"});
  }
  EXPECT_EQ(*call("get_stats", {"a"}).as<Dict>()->find("logins"), Value(2));
}

TEST_F(WelcomeStats, AnswersStatsAndNoOtherCommand) {
  load("welcome_stats");
  for (int i = 0; i < 3; ++i) {
    (void)chat("busy", "line");
  }
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnHubCommand, {"nick", "stats", 0, 0, "+"}).allowed);
  const std::string answer = pm_to("nick");
  EXPECT_NE(answer.find("3 lines"), std::string::npos) << answer;
  EXPECT_NE(answer.find("3  busy"), std::string::npos) << answer;
  EXPECT_NE(answer.find("You wrote 0 lines"), std::string::npos) << answer;

  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnHubCommand, {"nick", "topic", 0, 0, "+"}).allowed);
  EXPECT_TRUE(hub.take_requests().empty());
}

}  // namespace
}  // namespace hookline::test
