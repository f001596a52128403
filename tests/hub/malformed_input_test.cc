#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

struct Input {
  std::string name;
  std::string bytes;
};

std::string name_of(const ::testing::TestParamInfo<Input>& info) { return info.param.name; }

// Each of these ends its own connection, with a reason, and no other connection.
class MalformedInputTest : public HubTest, public ::testing::WithParamInterface<Input> {};

TEST_P(MalformedInputTest, DisconnectsItsSenderOnly) {
  start();
  auto a = login("A");
  auto b = login("B");
  a.send(GetParam().bytes);
  EXPECT_TRUE(has(a.expect_closed(), "<HubBot> Protocol error: "));
  b.expect("$Quit A");
  b.chat("still here");
  b.expect("<B> still here");
  EXPECT_EQ(hub().stats().protocol_errors, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, MalformedInputTest,
    ::testing::Values(
        Input{"garbage", "GET / HTTP/1.1\r\n|"}, Input{"nulls", std::string(3, '\0') + "|"},
        Input{"forged_chat", "<B> I am B|"}, Input{"chat_without_end", "<A|"},
        Input{"forged_private", "$To: B From: B $<B> x|"},
        Input{"forged_shown_nick", "$To: B From: A $<B> x|"}, Input{"private", "$To: B|"},
        Input{"main_chat_to", "$MCTo: B x|"}, Input{"forged_main_chat_to", "$MCTo: A $B x|"},
        Input{"my_info", "$MyINFO $ALL A|"},
        Input{"forged_my_info", "$MyINFO $ALL B $ $1\x01$$0$|"},
        Input{"search", "$Search nonsense|"}, Input{"forged_search", "$Search Hub:B F?T?0?1?x|"},
        Input{"result", "$SR A|"},
        Input{"forged_result",
              "$SR B x\x05y\x05"
              "A|"},
        Input{"connect", "$ConnectToMe B|"}, Input{"rev_connect", "$RevConnectToMe A|"},
        Input{"forged_rev_connect", "$RevConnectToMe B A|"}, Input{"get_info", "$GetINFO A|"}),
    name_of);

class EarlyInputTest : public HubTest, public ::testing::WithParamInterface<Input> {};

TEST_P(EarlyInputTest, DisconnectsClientsThatHaveNotLoggedIn) {
  start();
  auto a = connect();
  auto b = login("B");
  a.send(GetParam().bytes);
  EXPECT_TRUE(has(a.expect_closed(), "comes too early"));
  b.sync();
}

INSTANTIATE_TEST_SUITE_P(Inputs, EarlyInputTest,
                         ::testing::Values(Input{"chat", "<A> hello|"},
                                           Input{"my_info", "$MyINFO $ALL A $ $1\x01$$0$|"},
                                           Input{"password", "$MyPass x|"},
                                           Input{"search", "$Search Hub:A F?T?0?1?x|"}),
                         name_of);

class HarmlessInputTest : public HubTest {};

TEST_F(HarmlessInputTest, DoesNotEndAConnection) {
  start();
  auto a = connect();
  a.send("||$Unknown|$BotINFO x|");
  a.login("A");
  a.send(
      "|$Unknown x|$Key again|$Supports NoHello|$ValidateNick B|$MyPass x|$GetINFO nobody "
      "A|$UserIP |");
  a.sync();
  EXPECT_EQ(hub().stats().protocol_errors, 0u);
}

TEST_F(HarmlessInputTest, LeavingIsNoError) {
  start();
  auto a = login("A");
  auto b = login("B");
  a.send("$Quit A|");
  a.expect_closed();
  b.expect("$Quit A");
  EXPECT_EQ(hub().stats().protocol_errors, 0u);
}

}  // namespace
}  // namespace hookline::test
