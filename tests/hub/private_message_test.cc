#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {
namespace {

class PrivateMessageTest : public HubTest {};

TEST_F(PrivateMessageTest, GoesToItsReceiverOnly) {
  start({{"recorder", std::string(kRecorder)}});
  auto a = login("A");
  auto b = login("B");
  auto c = login("C");
  static_cast<void>(recorded());
  a.pm("B", "psst &#36;");
  b.expect("$To: B From: A $<A> psst &#36;");
  EXPECT_THAT(recorded(), ::testing::ElementsAre("OnParsedMsgPM('A', 'psst &#36;', 'B')"));
  EXPECT_FALSE(has(a.sync(), "psst"));
  EXPECT_FALSE(has(c.sync(), "psst"));
}

TEST_F(PrivateMessageTest, AScriptMayBlockIt) {
  start({{"block", "def OnParsedMsgPM(nick, message, to): return 0 if 'bad' in message else 1\n"}});
  auto a = login("A");
  auto b = login("B");
  a.pm("B", "bad");
  a.pm("B", "good");
  b.expect("$To: B From: A $<A> good");
  EXPECT_FALSE(has(b.sync(), "bad"));
}

TEST_F(PrivateMessageTest, AUserWhoIsNotThereGetsNone) {
  start();
  auto a = login("A");
  a.pm("nobody", "hello?");
  a.expect("<HubBot> nobody is not here.");
}

TEST_F(PrivateMessageTest, TheBotTakesMessagesAndCommands) {
  start({{"recorder", std::string(kRecorder)}});
  auto a = login("A");
  static_cast<void>(recorded());
  a.pm("HubBot", "hello bot");
  a.pm("HubBot", "+help");
  EXPECT_TRUE(a.expect_prefix("$To: A From: HubBot $<HubBot> Commands").contains("stats"));
  EXPECT_THAT(recorded(), ::testing::ElementsAre("OnParsedMsgPM('A', 'hello bot', 'HubBot')",
                                                 "OnHubCommand('A', 'help', 0, 1, '+')",
                                                 "OnUserCommand('A', '+help')"));
}

TEST_F(PrivateMessageTest, TheOperatorsChatReachesOperators) {
  config.users = {{"op1", "secret", kClassOperator}, {"op2", "secret", kClassOperator}};
  start({{"recorder", std::string(kRecorder)},
         {"block", "def OnOpChatMessage(nick, message): return message != 'no'\n"}});
  auto op1 = login("op1", {.password = "secret"});
  auto op2 = login("op2", {.password = "secret"});
  auto a = login("A");
  static_cast<void>(recorded());
  op1.pm("OpChat", "no");
  op1.pm("OpChat", "yes");
  op2.expect("$To: op2 From: OpChat $<op1> yes");
  EXPECT_THAT(recorded(), ::testing::ElementsAre("OnOpChatMessage('op1', 'no')",
                                                 "OnOpChatMessage('op1', 'yes')"));
  EXPECT_FALSE(has(op1.sync(), "yes"));
  EXPECT_FALSE(has(op2.sync(), "no"));
  a.pm("OpChat", "me too");
  a.expect_prefix("$To: A From: HubBot $<HubBot> Only operators");
  EXPECT_FALSE(has(op1.sync(), "me too"));
}

TEST_F(PrivateMessageTest, MainChatMayGoToOneUser) {
  start({{"recorder", std::string(kRecorder)}});
  auto a = login("A");
  auto b = login("B");
  auto c = login("C", {.supports = "NoHello NoGetINFO MCTo"});
  static_cast<void>(recorded());
  a.send("$MCTo: B $A hi|$MCTo: C $A hi|$MCTo: nobody $A hi|");
  b.expect("<A> hi");
  c.expect("$MCTo: C $A hi");
  a.sync();
  EXPECT_EQ(recorded().front(), "OnParsedMsgMCTo('A', 'hi', 'B')");
}

}  // namespace
}  // namespace hookline::test
