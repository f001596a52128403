// Tests that users are told when what they sent is dropped although no script has refused it.

#include <gmock/gmock.h>

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>

#include "hookline/script_info.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

namespace {

constexpr std::string_view kTold = "have not answered in time";

// A user sends these bytes, and the hook decides about them.
struct Sent {
  std::string_view hook;
  std::string_view bytes;
};

void PrintTo(const Sent& sent, std::ostream* out) { *out << sent.hook; }

class DecisionDefaultTest : public HubTest {
 public:
  DecisionDefaultTest() : gate(folder.path() / "gate") {
    config.users = {{"Op", "secret", kClassOperator}};
    config.late_answer_allows = false;
    config.decision_deadline = std::chrono::milliseconds(20);
  }

  // TestClient::sync() is no event of the test.
  [[nodiscard]] Script stuck(std::string_view hook) const {
    return {"stuck", std::string(kGateSource) + "def " + std::string(hook) +
                         "(*args):\n"
                         "    if 'sync' not in str(args): wait_at('" +
                         gate.path() + "')\ndef has_ended(): return True\n"};
  }

  Gate gate;
};

class DroppedCommand : public DecisionDefaultTest, public ::testing::WithParamInterface<Sent> {};

TEST_P(DroppedCommand, IsToldToItsSender) {
  start({stuck(GetParam().hook)}, &clock);
  auto op = login("Op", {.password = "secret"});
  auto b = login("B");
  static_cast<void>(op.sync());
  const auto before = hub().stats().hook_events;
  op.send(GetParam().bytes);
  wait_for_events(before + 1);
  clock.advance(config.decision_deadline);
  std::string told = op.expect_prefix("<" + config.bot_name + "> ");
  EXPECT_THAT(told, ::testing::HasSubstr(kTold));
  gate.open();
  EXPECT_EQ(call("stuck", "has_ended"), Value(true));
  EXPECT_FALSE(has(op.sync(), "refused"));
  EXPECT_FALSE(has(b.sync(), "Dropped"));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DroppedCommand,
    ::testing::Values(
        Sent{"OnParsedMsgChat", "<Op> Dropped|"},
        Sent{"OnParsedMsgPM", "$To: B From: Op $<Op> Dropped|"},
        Sent{"OnParsedMsgMCTo", "$MCTo: B $Op Dropped|"},
        Sent{"OnParsedMsgSearch", "$Search Hub:Op F?T?0?1?Dropped|"},
        Sent{"OnParsedMsgSR",
             "$SR Op Dropped\x05hub (127.0.0.1)\x05"
             "B|"},
        Sent{"OnParsedMsgConnectToMe", "$ConnectToMe B 127.0.0.1:1|"},
        Sent{"OnParsedMsgRevConnectToMe", "$RevConnectToMe Op B|"},
        Sent{"OnParsedMsgMyINFO", "$MyINFO $ALL Op <test V:2,M:P,H:1/0/0,S:1>$ $1\x01$$0$|"},
        Sent{"OnParsedMsgMyHubURL", "$MyHubURL dchub://hub|"},
        Sent{"OnParsedMsgBotINFO", "$BotINFO text|"}, Sent{"OnHubCommand", "<Op> !kick B|"},
        Sent{"OnOperatorCommand", "<Op> !kick B|"}, Sent{"OnOperatorKicks", "<Op> !kick B|"},
        Sent{"OnOperatorDrops", "$Kick B|"}),
    [](const auto& row) { return std::string(row.param.hook); });

TEST_F(DecisionDefaultTest, AUserIsToldOfALineThatAFullMailboxDidNotTake) {
  config.mailbox_capacity = 1;
  config.overflow = Overflow::kReject;
  config.decision_deadline = std::chrono::hours(1);
  start({{"full", std::string(kGateSource) + "def OnParsedMsgChat(nick, message): pass\n"
                                             "def OnUserLogin(nick): pass\n"}},
        &clock);
  auto a = login("A");
  auto held = hub().scripts().call("full", "wait_at", {gate.path()});
  while (hub().scripts().scripts()[0].mailbox.waiting != 0) {
    std::this_thread::yield();
  }
  hub().scripts().post("full", "len", {""});  // fills the mailbox
  a.chat("Dropped");
  EXPECT_THAT(a.expect_prefix("<" + config.bot_name + "> "), ::testing::HasSubstr(kTold));
  gate.open();
  EXPECT_TRUE(held.get());
}

TEST_F(DecisionDefaultTest, ALineThatAScriptHasRefusedIsJustDropped) {
  start({{"strict", "def OnParsedMsgChat(nick, message): return 0\n"}}, &clock);
  auto a = login("A");
  a.chat("no");
  EXPECT_FALSE(has(a.sync(), kTold));
}

}  // namespace
}  // namespace hookline::test
