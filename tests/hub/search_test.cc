#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

class SearchTest : public HubTest {};

TEST_F(SearchTest, BothFormsGoToTheOthers) {
  start({{"recorder", std::string(kRecorder)}});
  auto a = login("A");
  auto b = login("B");
  static_cast<void>(recorded());
  a.send("$Search Hub:A F?T?0?1?ubuntu$iso|");
  a.send("$Search 127.0.0.1:3000 F?T?0?1?debian|");
  b.expect("$Search Hub:A F?T?0?1?ubuntu$iso");
  b.expect("$Search 127.0.0.1:3000 F?T?0?1?debian");
  EXPECT_THAT(recorded(), ::testing::ElementsAre(
                              "OnParsedMsgSearch('A', '$Search Hub:A F?T?0?1?ubuntu$iso')",
                              "OnParsedMsgSearch('A', '$Search 127.0.0.1:3000 F?T?0?1?debian')"));
  EXPECT_FALSE(has(a.sync(), "$Search"));
}

TEST_F(SearchTest, ResultsGoToTheirNickWhichIsCutOff) {
  start({{"recorder", std::string(kRecorder)}});
  auto a = login("A");
  auto b = login("B");
  auto c = login("C");
  static_cast<void>(recorded());
  b.send(
      "$SR B dir\\f.iso\x05"
      "12 1/2\x05hub (127.0.0.1)\x05"
      "A|$SR B x\x05hub\x05nobody|");
  a.expect(
      "$SR B dir\\f.iso\x05"
      "12 1/2\x05hub (127.0.0.1)");
  b.sync();
  EXPECT_FALSE(has(c.sync(), "$SR"));
  EXPECT_EQ(recorded().front(),
            "OnParsedMsgSR('B', '$SR B dir\\\\f.iso\\x0512 1/2\\x05hub (127.0.0.1)\\x05A')");
}

TEST_F(SearchTest, ConnectionRequestsAreSentOn) {
  start({{"recorder", std::string(kRecorder)}});
  auto a = login("A");
  auto b = login("B");
  static_cast<void>(recorded());
  a.send("$ConnectToMe B 127.0.0.1:3000S|$ConnectToMe nobody 127.0.0.1:3000|");
  b.expect("$ConnectToMe B 127.0.0.1:3000S");
  b.send("$RevConnectToMe B A|$RevConnectToMe B nobody|");
  a.expect("$RevConnectToMe B A");
  a.sync();
  EXPECT_THAT(recorded(),
              ::testing::IsSupersetOf({"OnParsedMsgConnectToMe('A', 'B', '127.0.0.1', '3000S')",
                                       "OnParsedMsgRevConnectToMe('B', 'A')"}));
}

TEST_F(SearchTest, ScriptsMayBlockAllOfThem) {
  start({{"block", R"(
def OnParsedMsgSearch(*args): return 0
def OnParsedMsgSR(*args): return 0
def OnParsedMsgConnectToMe(*args): return 0
def OnParsedMsgRevConnectToMe(*args): return 0
)"}});
  auto a = login("A");
  auto b = login("B");
  a.send(
      "$Search Hub:A F?T?0?1?x|$SR A x\x05hub\x05"
      "B|");
  a.send("$ConnectToMe B 127.0.0.1:3000|$RevConnectToMe A B|");
  a.sync();
  EXPECT_THAT(b.sync(), ::testing::IsEmpty());
}

TEST_F(SearchTest, AnotherAddressThanOnesOwnIsRefused) {
  start();
  auto a = login("A");
  auto b = login("B");
  a.send("$Search 10.1.2.3:80 F?T?0?1?x|$ConnectToMe B 10.1.2.3:80|");
  a.expect_prefix("<HubBot> Your search names the address 10.1.2.3, but yours is 127.0.0.1");
  a.expect_prefix("<HubBot> Your connection request names the address 10.1.2.3");
  a.sync();
  EXPECT_THAT(b.sync(), ::testing::IsEmpty());
}

TEST_F(SearchTest, TheAddressCheckCanBeTurnedOff) {
  config.check_addresses = false;
  start();
  auto a = login("A");
  auto b = login("B");
  a.send("$Search 10.1.2.3:80 F?T?0?1?x|");
  b.expect("$Search 10.1.2.3:80 F?T?0?1?x");
}

TEST_F(SearchTest, OtherCommandsReachTheirHooks) {
  start({{"recorder", std::string(kRecorder)}});
  auto a = login("A", {.supports = "NoHello BotINFO"});
  static_cast<void>(recorded());
  a.send("$MyHubURL dchub://x|$ExtJSON A {}|$BotINFO pinger|$Ping 1|$UserIP A|");
  a.expect_prefix("$HubINFO hookline$");
  a.expect("$UserIP A 127.0.0.1$$");
  a.sync();
  EXPECT_THAT(recorded(),
              ::testing::IsSupersetOf({"OnParsedMsgMyHubURL('A', '$MyHubURL dchub://x')",
                                       "OnParsedMsgExtJSON('A', '$ExtJSON A {}')",
                                       "OnParsedMsgBotINFO('A', '$BotINFO pinger')",
                                       "OnUnknownMsg('A', '$Ping 1')"}));
}

TEST_F(SearchTest, OnlyOperatorsSeeOtherAddresses) {
  config.users = {{"op", "secret", kClassOperator}};
  start();
  auto op = login("op", {.password = "secret"});
  auto a = login("A");
  op.expect("$UserIP A 127.0.0.1$$");
  op.send("$UserIP A$$nobody$$op|");
  op.expect("$UserIP A 127.0.0.1$$op 127.0.0.1$$");
  a.send("$UserIP op|");
  EXPECT_FALSE(has(a.sync(), "$UserIP"));
}

}  // namespace
}  // namespace hookline::test
