#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

// Runs `vh.<name>(*args)` in a script.
constexpr std::string_view kFunctionsProxy = R"py(
import vh
events = []
def run(name, *args): return getattr(vh, name)(*args)
def OnSetConfig(*args): events.append(("OnSetConfig",) + args)
def OnOperatorKicks(*args): events.append(("OnOperatorKicks",) + args)
def OnUserCommand(*args): pass  # so that TestClient::sync() waits for what was told before
def OnOperatorCommand(*args): pass
def take(): return repr(events)
)py";

class VhFunctionsTest : public HubTest {
 public:
  VhFunctionsTest() {
    config.users = {{"op", "secret", kClassOperator}, {"reg", "word", kClassRegistered}};
    config.topic = "Old";
    config.variables[{"myplugin", "color"}] = "blue";
  }

  void start_with_users(Clock* use_clock = nullptr) {
    start({{"proxy", std::string(kFunctionsProxy)}}, use_clock);
    clients.push_back(login("op", {.password = "secret"}));
    clients.push_back(login("reg", {.password = "word"}));
    clients.push_back(login("guest", {.my_info = "me<t V:1,M:A>$ $fast\x01$a@b$1000$"}));
    for (auto& client : clients) {
      client.sync();
    }
  }

  [[nodiscard]] Value vh(std::string_view name, List args = {}) const {
    args.insert(args.begin(), Value(name));
    return call("proxy", "run", std::move(args));
  }

  [[nodiscard]] std::vector<std::string> listed_nicks(std::string_view name) const {
    std::vector<std::string> out;
    const auto value = vh(name);
    for (const auto& nick : *value.as<List>()) {
      out.push_back(*nick.as<std::string>());
    }
    return out;
  }

  TestClient& op() { return clients.at(0); }
  TestClient& reg() { return clients.at(1); }
  TestClient& guest() { return clients.at(2); }

  std::vector<TestClient> clients;
};

TEST_F(VhFunctionsTest, RawDataToOneAndToAll) {
  start_with_users();
  EXPECT_EQ(vh("SendDataToUser", {"$Raw 1", "guest"}), Value(true));
  EXPECT_EQ(vh("SendDataToUser", {"$Raw 2|$Raw 3|", "GUEST", 1}), Value(true));
  EXPECT_EQ(vh("SendDataToUser", {"$Raw 4", "nobody"}), Value(false));
  EXPECT_EQ(vh("SendDataToAll", {"$Raw 5", 1, 3}), Value(true));
  EXPECT_EQ(vh("SendDataToAll", {"$Raw 6", 0, 0, 1}), Value(true));
  EXPECT_THAT(guest().sync(), ElementsAre("$Raw 1", "$Raw 2", "$Raw 3", "$Raw 6"));
  EXPECT_THAT(reg().sync(), ElementsAre("$Raw 5"));
  EXPECT_THAT(op().sync(), ElementsAre("$Raw 5"));
}

TEST_F(VhFunctionsTest, MainChat) {
  start_with_users();
  EXPECT_EQ(vh("mc", {"hello | $ &#36;"}), Value(true));
  EXPECT_EQ(vh("mc", {"hi", "Somebody"}), Value(true));
  EXPECT_EQ(vh("usermc", {"to you", "guest"}), Value(true));
  EXPECT_EQ(vh("usermc", {"to you too", "guest", "Me"}), Value(true));
  EXPECT_EQ(vh("usermc", {"x", "nobody"}), Value(false));
  EXPECT_EQ(vh("classmc", {"members", 1, 10}), Value(true));
  EXPECT_EQ(vh("classmc", {"guests", 0, 0, "Me"}), Value(true));
  EXPECT_THAT(guest().sync(), ElementsAre("<HubBot> hello &#124; &#36; &#36;", "<Somebody> hi",
                                          "<HubBot> to you", "<Me> to you too", "<Me> guests"));
  EXPECT_THAT(reg().sync(), ElementsAre("<HubBot> hello &#124; &#36; &#36;", "<Somebody> hi",
                                        "<HubBot> members"));
}

TEST_F(VhFunctionsTest, PrivateMessages) {
  start_with_users();
  EXPECT_EQ(vh("pm", {"one", "guest"}), Value(true));
  EXPECT_EQ(vh("pm", {"two", "guest", "Bob"}), Value(true));
  EXPECT_EQ(vh("pm", {"three", "guest", "Bob", "Robert"}), Value(true));
  EXPECT_EQ(vh("pm", {"x", "nobody"}), Value(false));
  EXPECT_EQ(vh("SendPMToAll", {"four", "Bob", 0, 1}), Value(true));
  EXPECT_EQ(vh("SendToOpChat", {"five"}), Value(true));
  EXPECT_EQ(vh("SendToOpChat", {"six", "Bob"}), Value(true));
  EXPECT_THAT(
      guest().sync(),
      ElementsAre("$To: guest From: HubBot $<HubBot> one", "$To: guest From: Bob $<Bob> two",
                  "$To: guest From: Bob $<Robert> three", "$To: guest From: Bob $<Bob> four"));
  EXPECT_THAT(reg().sync(), ElementsAre("$To: reg From: Bob $<Bob> four"));
  EXPECT_THAT(op().sync(), ElementsAre("$To: op From: OpChat $<OpChat> five",
                                       "$To: op From: OpChat $<Bob> six"));
}

TEST_F(VhFunctionsTest, CloseConnectionAtOnce) {
  start_with_users();
  EXPECT_EQ(vh("CloseConnection", {"nobody"}), Value(false));
  EXPECT_EQ(vh("CloseConnection", {"guest", 19}), Value(true));
  guest().expect_closed();
  reg().expect("$Quit guest");
}

TEST_F(VhFunctionsTest, CloseConnectionLater) {
  start_with_users(&clock);
  EXPECT_EQ(vh("CloseConnection", {"guest", 0, 5000}), Value(true));
  clock.advance(std::chrono::milliseconds(4'999));
  guest().sync();
  clock.advance(std::chrono::milliseconds(1));
  guest().expect_closed();
}

TEST_F(VhFunctionsTest, KickUser) {
  start_with_users();
  EXPECT_EQ(vh("KickUser", {"op", "nobody", "why"}), Value(false));
  EXPECT_EQ(vh("KickUser", {"op", "guest", "too loud", nullptr, "third time", "sorry"}),
            Value(true));
  const auto received = guest().expect_closed();
  EXPECT_TRUE(has(received, "$To: guest From: HubBot $<HubBot> sorry"));
  EXPECT_TRUE(has(received, "You were kicked by op: too loud"));
  reg().expect("<HubBot> guest was kicked by op: too loud");
  op().expect("$To: op From: OpChat $<OpChat> third time");
  op().sync();
  EXPECT_EQ(call("proxy", "take"), Value("[('OnOperatorKicks', 'op', 'guest', 'too loud')]"));
}

TEST_F(VhFunctionsTest, Topic) {
  start_with_users();
  EXPECT_EQ(vh("Topic"), Value("Old"));
  EXPECT_EQ(vh("Topic", {"New"}), Value("New"));
  guest().expect("$HubTopic New");
  EXPECT_EQ(vh("Topic", {""}), Value(""));
  guest().expect("$HubTopic ");
}

TEST_F(VhFunctionsTest, ConfigurationVariables) {
  start_with_users();
  EXPECT_EQ(vh("GetConfig", {"myplugin", "color"}), Value("blue"));
  EXPECT_EQ(vh("GetConfig", {"myplugin", "size"}), Value());
  EXPECT_EQ(vh("GetConfig", {"myplugin", "size", "12"}), Value("12"));
  EXPECT_EQ(vh("SetConfig", {"myplugin", "color", "red"}), Value(true));
  EXPECT_EQ(vh("GetConfig", {"myplugin", "color"}), Value("red"));
  EXPECT_EQ(vh("GetConfig", {"config", "hub_name"}), Value("hookline"));
  EXPECT_EQ(vh("SetConfig", {"config", "hub_name", "Better"}), Value(true));
  guest().expect("$HubName Better");
  EXPECT_EQ(vh("GetConfig", {"hookline", "hub_name"}), Value("Better"));
  EXPECT_EQ(vh("SetConfig", {"config", "hub_topic", "Set"}), Value(true));
  guest().expect("$HubTopic Set");
  EXPECT_EQ(vh("Topic"), Value("Set"));
  EXPECT_EQ(vh("SetConfig", {"config", "bot_name", "X"}), Value(false));
  EXPECT_EQ(vh("SetConfig", {"config", "max_users", "many"}), Value(false));
  EXPECT_EQ(vh("SetConfig", {"config", "hub_name", "a|b"}), Value(false));
  guest().sync();
  EXPECT_THAT(
      *call("proxy", "take").as<std::string>(),
      ::testing::HasSubstr("('OnSetConfig', 'proxy', 'myplugin', 'color', 'red', 'blue', 0)"));
}

TEST_F(VhFunctionsTest, WhatIsKnownAboutUsers) {
  start_with_users();
  EXPECT_EQ(vh("GetMyINFO", {"guest"}),
            Value(Tuple{{"guest", "me", "<t V:1,M:A>", "fast", "a@b", "1000"}}));
  EXPECT_EQ(vh("GetMyINFO", {"nobody"}), Value());
  EXPECT_EQ(vh("GetUserClass", {"op"}), Value(3));
  EXPECT_EQ(vh("GetUserClass", {"guest"}), Value(0));
  EXPECT_EQ(vh("GetUserClass", {"nobody"}), Value(-2));
  EXPECT_EQ(vh("GetUserIP", {"guest"}), Value("127.0.0.1"));
  EXPECT_EQ(vh("GetUserIP", {"nobody"}), Value(""));
  EXPECT_EQ(vh("GetUserHost", {"guest"}), Value("127.0.0.1"));
  EXPECT_EQ(vh("GetUsersCount"), Value(3));
  EXPECT_EQ(vh("GetTotalShareSize"), Value("1000"));
  guest().send("$MyINFO $ALL guest me$ $1\x01$$50$|");
  guest().expect_prefix("$MyINFO $ALL guest");
  EXPECT_EQ(vh("GetTotalShareSize"), Value("50"));
}

TEST_F(VhFunctionsTest, Lists) {
  start_with_users();
  EXPECT_THAT(listed_nicks("GetNickList"),
              UnorderedElementsAre("HubBot", "OpChat", "op", "reg", "guest"));
  EXPECT_THAT(listed_nicks("GetOpList"), UnorderedElementsAre("HubBot", "OpChat", "op"));
  EXPECT_THAT(listed_nicks("GetBotList"), UnorderedElementsAre("HubBot", "OpChat"));
}

// Calls functions inside a hook that is being decided, about the user of that event.
TEST_F(VhFunctionsTest, WorkInsideHooks) {
  start({{"welcome", R"py(
import vh
def OnUserLogin(nick):
    vh.usermc("class %d of %d" % (vh.GetUserClass(nick), vh.GetUsersCount()), nick)
def OnParsedMsgChat(nick, message):
    vh.mc("before")
def OnUserLogout(nick):
    vh.mc("gone: " + nick)
)py"}});
  auto a = connect();
  a.login_up_to_hello("A");
  a.send("$MyINFO $ALL A $ $1\x01$$0$|");
  a.expect("<HubBot> class 0 of 1");
  auto b = login("B");
  b.chat("line");
  EXPECT_THAT(b.sync(), ElementsAre("<HubBot> before", "<B> line"));
  a.close();
  b.expect("$Quit A");
  b.expect("<HubBot> gone: A");
}

TEST_F(VhFunctionsTest, WorkFromAThreadOfTheScript) {
  start({{"threads", R"py(
import threading, vh
def start(): threading.Thread(target=lambda: vh.mc("from a thread")).start()
)py"}});
  auto a = login("A");
  static_cast<void>(call("threads", "start"));
  a.expect("<HubBot> from a thread");
}

}  // namespace
}  // namespace hookline::test
