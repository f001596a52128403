#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LoginTest : public HubTest {};

TEST_F(LoginTest, AModernClientLogsIn) {
  config.name = "A hub";
  config.topic = "About nothing";
  config.motd = "Welcome";
  start();
  auto client = connect();
  client.expect("$Lock EXTENDEDPROTOCOL_hookline0123456789abcdef Pk=hookline0.1");
  client.send("$Supports NoGetINFO NoHello UserIP2 TLS|");
  EXPECT_THAT(client.expect_prefix("$Supports "), HasSubstr("NoHello NoGetINFO UserIP2"));
  client.send("$Key " + nmdc::lock_to_key(nmdc::kLock) + "|");
  client.expect("$HubName A hub");
  client.send("$ValidateNick A|");
  client.expect("$Hello A");
  client.send("$Version 1,0091|$GetNickList|$MyINFO $ALL A <t V:1>$ $0.005\x11$$5$|");
  client.expect("$MyINFO $ALL A <t V:1>$ $0.005\x11$$5$");
  EXPECT_THAT(client.expect_prefix("$NickList "), HasSubstr("A$$"));
  EXPECT_THAT(client.expect_prefix("$OpList "), HasSubstr("HubBot$$"));
  client.expect_prefix("$MyINFO $ALL A ");
  client.expect("$UserIP A 127.0.0.1$$");
  client.expect("$HubTopic About nothing");
  client.expect("<HubBot> Welcome");
}

TEST_F(LoginTest, AnOldClientIsToldWithHelloAndAsks) {
  start();
  auto old = connect();
  old.expect_prefix("$Lock ");
  old.send("$Key x|$ValidateNick old|");  // a wrong key is tolerated
  old.expect("$Hello old");
  old.send("$Version 1,0091|$GetNickList|$MyINFO $ALL old $ $1\x01$$0$|");
  old.expect_prefix("$OpList ");
  auto client = login("A");
  old.expect("$Hello A");
  old.expect_prefix("$MyINFO $ALL A ");
  old.send("$GetINFO A old|");
  old.expect_prefix("$MyINFO $ALL A ");
  old.send("$GetINFO HubBot old|");
  old.expect_prefix("$MyINFO $ALL HubBot ");
}

TEST_F(LoginTest, TheOthersSeeWhoComesAndGoes) {
  start();
  auto a = login("A");
  auto b = login("B");
  a.expect_prefix("$MyINFO $ALL B ");
  b.close();
  a.expect("$Quit B");
  auto again = login("B");
  again.reset();
  a.expect("$Quit B");
}

TEST_F(LoginTest, NicksAreUniqueWithoutRegardToCase) {
  start();
  auto a = login("Alice");
  auto b = connect();
  b.send("$ValidateNick aLICE|");
  b.expect("$ValidateDenide aLICE");
  b.send("$ValidateNick Bob|");
  b.expect("$Hello Bob");
}

TEST_F(LoginTest, ANickIsFreeAgainAfterItsUserLeft) {
  start();
  auto watcher = login("watcher");
  {
    auto a = login("A");
  }
  watcher.expect("$Quit A");
  auto a = login("A");
}

TEST_F(LoginTest, BadNicksAreDenied) {
  config.max_nick_bytes = 8;
  start();
  auto client = connect();
  for (const auto* nick : {"", "a b", "a$b", "a<b", "a\tb", "ninechars", "hubbot", "OpChat"}) {
    client.send("$ValidateNick " + std::string(nick) + "|");
    client.expect("$ValidateDenide " + std::string(nick));
  }
  client.send("$ValidateNick good|");
  client.expect("$Hello good");
}

// Both clients wait for the same script.
TEST_F(LoginTest, ANickThatIsTakenWhileScriptsDecideIsDenied) {
  const Gate gate(folder.path() / "gate");
  start({{"slow", std::string(kGateSource) +
                      "calls = []\ndef OnParsedMsgValidateNick(data):\n    calls.append(data)\n"
                      "    if len(calls) == 1: wait_at('" +
                      gate.path() + "')\n"}});
  auto first = connect();
  first.send("$ValidateNick A|");
  wait_for_events(1);
  auto second = connect();
  second.send("$ValidateNick A|");
  wait_for_events(2);
  gate.open();
  first.expect("$Hello A");
  second.expect("$ValidateDenide A");
}

TEST_F(LoginTest, AFullHubTurnsUsersAwayButNotOperators) {
  config.max_users = 1;
  config.users = {{"op", "secret", kClassOperator}};
  start();
  auto a = login("A");
  auto b = connect();
  b.send("$ValidateNick B|");
  b.expect("$HubIsFull");
  b.expect_closed();
  auto op = login("op", {.password = "secret"});
  a.close();
}

TEST_F(LoginTest, ScriptsSeeEachStep) {
  start({{"recorder", std::string(kRecorder)}});
  {
    auto client = login("A", {.my_info = "me<t V:1>$ $1\x01$a@b$5$"});
    EXPECT_THAT(
        recorded(),
        ElementsAre(
            "OnNewConn('127.0.0.1')",
            "OnParsedMsgSupports('127.0.0.1', '$Supports NoGetINFO NoHello UserIP2', 'NoHello "
            "NoGetINFO UserIP2 HubTopic MCTo BotINFO HubURL')",
            "OnParsedMsgValidateNick('$ValidateNick A')",
            "OnParsedMsgVersion('127.0.0.1', '$Version 1,0091')", "OnValidateTag('A', '<t V:1>')",
            "OnFirstMyINFO('A', 'me', '<t V:1>', '1', 'a@b', '5')", "OnUserLogin('A')",
            "OnUserInList('A')"));
    client.send("$MyINFO $ALL A you<t V:1>$ $1\x01$a@b$5$|");
    client.expect_prefix("$MyINFO $ALL A you");
    EXPECT_THAT(recorded(),
                ElementsAre("OnValidateTag('A', '<t V:1>')",
                            "OnParsedMsgMyINFO('A', 'you', '<t V:1>', '1', 'a@b', '5')"));
    auto watcher = login("W");
    static_cast<void>(recorded());
    client.close();
    watcher.expect("$Quit A");
    watcher.sync();
    EXPECT_THAT(recorded(), ElementsAre("OnUserLogout('A')", "OnCloseConn('127.0.0.1')",
                                        "OnCloseConnEx('127.0.0.1', 4, 'A')"));
  }
}

struct Refusal {
  const char* hook;
  const char* said;  // part of the last words
};

class RefusalTest : public HubTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(RefusalTest, AScriptThatBlocksEndsTheLogin) {
  config.users = {{"A", "secret", kClassRegistered}};
  start({{"refuse", "def " + std::string(GetParam().hook) + "(*args): return 0\n"}});
  auto client = connect();
  client.send("$Supports NoGetINFO|$Key x|$ValidateNick A|$MyPass secret|$Version 1|");
  client.send("$MyINFO $ALL A <t V:1>$ $1\x01$$0$|$GetNickList|");
  const auto received = client.expect_closed();
  EXPECT_TRUE(has(received, GetParam().said)) << ::testing::PrintToString(received);
  EXPECT_EQ(hub().stats().users, 0u);
}

INSTANTIATE_TEST_SUITE_P(Hooks, RefusalTest,
                         ::testing::Values(Refusal{"OnParsedMsgValidateNick", "$ValidateDenide A"},
                                           Refusal{"OnParsedMsgMyPass", "refused"},
                                           Refusal{"OnValidateTag", "tag was refused"},
                                           Refusal{"OnFirstMyINFO", "refused"},
                                           Refusal{"OnUserLogin", "refused"}),
                         [](const auto& test) { return std::string(test.param.hook); });

TEST_F(LoginTest, AScriptMayRefuseAConnectionAndSayWhy) {
  start({{"refuse", "def OnNewConn(ip): return ('<Door> not you', 0)\n"}});
  auto client = connect();
  EXPECT_THAT(client.expect_closed(), ElementsAre("<Door> not you"));
}

TEST_F(LoginTest, ABlockedVersionIsNotTheEnd) {
  start({{"refuse",
          "def OnParsedMsgVersion(ip, data): return 0\n"
          "def OnParsedMsgSupports(ip, data, back): return 0\n"}});
  auto client = login("A");
}

TEST_F(LoginTest, AScriptMayReplaceTheMyInfo) {
  start({{"replace",
          "def OnFirstMyINFO(*args): return ('a|b$c', None, 'fast', None, '77')\n"
          "def OnParsedMsgMyINFO(*args): return (None, None, None, None, 'much')\n"}});
  auto watcher = login("W");
  watcher.sync();
  auto client = login("A", {.my_info = "me<t V:1>$ $1\x11$m$5$"});
  watcher.expect("$MyINFO $ALL A a&#124;b&#36;c<t V:1>$ $fast\x11$m$77$");
  // A size that is no number makes the $MyINFO invalid, so it stays as the client sent it.
  client.send("$MyINFO $ALL A you$ $1\x11$m$5$|");
  watcher.expect("$MyINFO $ALL A you$ $1\x11$m$5$");
}

TEST_F(LoginTest, ABlockedLaterMyInfoChangesNothing) {
  start({{"refuse", "def OnParsedMsgMyINFO(*args): return 0\n"}});
  auto client = login("A");
  client.send("$MyINFO $ALL A you$ $1\x11$m$5$|");
  EXPECT_FALSE(has(client.sync(), "$MyINFO"));
  client.send("$GetINFO A A|");
  client.expect("$MyINFO $ALL A <test V:1,M:P,H:1/0/0,S:1>$ $1\x01$$0$");
}

TEST_F(LoginTest, TheNickListIsNotSentTooOften) {
  start({}, &clock);
  auto client = login("A");
  client.send("$GetNickList|");
  EXPECT_FALSE(has(client.sync(), "$NickList"));
  clock.advance(std::chrono::seconds(5));
  client.send("$GetNickList|");
  client.expect_prefix("$NickList");
}

}  // namespace
}  // namespace hookline::test
