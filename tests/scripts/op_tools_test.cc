#include <gmock/gmock.h>

#include "scripts_fixture.h"

namespace hookline::test {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OpTools : public ScriptsTest {};

TEST_F(OpTools, WarningsAddUpToAKick) {
  load("op_tools");
  EXPECT_EQ(command("op", "!warn ann be kind"), "");
  EXPECT_THAT(told(), ElementsAre("pm(op warns you: be kind That is number 1 of 3., ann)",
                                  "SendToOpChat(op has warned ann (1 of 3): be kind)"));
  EXPECT_EQ(command("op", "!warn ann"), "");
  EXPECT_THAT(command("op", "!warnings ann"), HasSubstr("ann has 2 warnings.\n"));
  static_cast<void>(told());
  EXPECT_EQ(command("op", "!warn ann enough"), "");
  EXPECT_THAT(told(), ElementsAre("KickUser(op, ann, 3 warnings, the last: enough)"));
  EXPECT_EQ(command("op", "!warnings ann"), "ann has 0 warnings.");
}

TEST_F(OpTools, WarningsOutliveTheHubAndExpire) {
  load("op_tools");
  EXPECT_EQ(command("op", "!warn ann one"), "");
  reload();
  EXPECT_THAT(command("op", "!warnings ann"), HasSubstr("by op: one"));
  hub.set("op_tools", "warning_days", "0");
  reload();
  EXPECT_EQ(command("op", "!warnings ann"), "ann has 0 warnings.");
}

TEST_F(OpTools, WarningsCanBeTakenBack) {
  load("op_tools");
  EXPECT_EQ(command("op", "!unwarn ann"), "ann has no warnings.");
  EXPECT_EQ(command("op", "!warn ann"), "");
  EXPECT_EQ(command("op", "!unwarn ann"), "");
  EXPECT_EQ(command("op", "!warnings ann"), "ann has 0 warnings.");
}

TEST_F(OpTools, MutesForATime) {
  load("op_tools");
  EXPECT_EQ(command("op", "!mute ann 30m too loud"), "");
  EXPECT_THAT(told(), ElementsAre("UserRestrictions(ann, 30m, 30m)",
                                  "pm(op has muted you for 30m: too loud, ann)",
                                  "SendToOpChat(op has muted ann for 30m: too loud)"));
  EXPECT_EQ(command("op", "!mute ann 5 times asked"), "");
  EXPECT_THAT(told(), Contains("SendToOpChat(op has muted ann for 1h: 5 times asked)"));
  EXPECT_EQ(command("op", "!unmute ann"), "");
  EXPECT_THAT(told(), Contains("UserRestrictions(ann, 0, 0)"));
}

TEST_F(OpTools, KicksAndBans) {
  load("op_tools");
  EXPECT_EQ(command("op", "!k ann noise"), "");
  EXPECT_THAT(told(), Contains("KickUser(op, ann, noise)"));
  EXPECT_EQ(command("op", "!b bob 2h adverts"), "");
  EXPECT_THAT(told(), ElementsAre("Ban(op, bob, adverts, 7200, 0)", "CloseConnection(bob, 2)",
                                  "SendToOpChat(op has banned bob for 2 h: adverts)"));
  EXPECT_EQ(command("op", "!ub bob"), "");
  EXPECT_EQ(command("op", "!ub 192.0.2.2"), "");
  EXPECT_THAT(
      told(),
      ElementsAre("DelNickTempBan(bob)", "SendToOpChat(op has lifted the ban of bob.)",
                  "DelIPTempBan(192.0.2.2)", "SendToOpChat(op has lifted the ban of 192.0.2.2.)"));
  hub.answer("DelNickTempBan", false);
  EXPECT_EQ(command("op", "!ub bob"), "bob is not banned for a time.");
}

TEST_F(OpTools, OnlyUsersBelowCanBeDealtWith) {
  load("op_tools");
  for (const char* text : {"!warn admin x", "!mute op", "!k admin", "!b op 1h"}) {
    EXPECT_THAT(command("op", text), HasSubstr("You may not do that to ")) << text;
  }
  EXPECT_EQ(command("op", "!k nobody"), "There is no user 'nobody'.");
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_TRUE(leaves("ann", "!warn bob"));
}

TEST_F(OpTools, SaysWhoIsWho) {
  hub.answer("UserRestrictions",
             Dict{{{"chat", true}, {"pm", false}, {"search", true}, {"ctm", false}}});
  hub.add_user("ann", {.share = "1610612736"});
  load("op_tools");
  EXPECT_EQ(command("op", "!who ann"),
            "ann: class 0, 192.0.2.1, <t V:1>\n"
            "  shares 1.5 GiB, 0 warnings, may not: chat, search");
  EXPECT_EQ(command("op", "!who nobody"), "There is no user 'nobody'.");
}

TEST_F(OpTools, ACommandWithoutItsNickIsExplained) {
  load("op_tools");
  EXPECT_THAT(command("op", "!mute"), HasSubstr("Usage: mute NICK [TIME] [REASON]"));
}

}  // namespace
}  // namespace hookline::test
