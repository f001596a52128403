#include <gmock/gmock.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "hub_fixture.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The script stops at a gate for the lines of one user, and goes on when the test opens the gate.
class DecisionOrderTest : public HubTest {
 public:
  DecisionOrderTest() : gate(folder.path() / "gate") {}

  [[nodiscard]] Script slow() const {
    return {"slow", std::string(kGateSource) + R"(
def OnParsedMsgChat(nick, message):
    if message == "wait": wait_at(")" +
                        gate.path() + R"(")
)"};
  }

  Gate gate;
};

TEST_F(DecisionOrderTest, OneConnectionsCommandsKeepTheirOrder) {
  start({slow()});
  auto a = login("A");
  auto b = login("B");
  // Only chat has a hook. The next command needs no decision, but waits for its turn all the same.
  a.chat("wait");
  a.pm("B", "second");
  a.chat("third");
  a.send("$Search Hub:A F?T?0?1?fourth|");
  gate.open();
  a.sync();
  EXPECT_THAT(b.sync(), ElementsAre("<A> wait", "$To: B From: A $<A> second", "<A> third",
                                    "$Search Hub:A F?T?0?1?fourth"));
}

TEST_F(DecisionOrderTest, AWaitingConnectionHoldsUpNobodyElse) {
  start({slow(), {"quick", R"(
seen = []
def OnParsedMsgChat(nick, message): seen.append(message)
def OnParsedMsgPM(nick, message, to): seen.append(message)
def get(): return seen
)"}});
  auto a = login("A");
  auto b = login("B");
  auto c = login("C");
  a.chat("wait");
  wait_for_events(1);
  // The slow script has no hook for these, so they go on while it is blocked.
  b.pm("C", "one");
  c.expect("$To: C From: B $<B> one");
  c.send("$Search Hub:C F?T?0?1?two|");
  b.expect("$Search Hub:C F?T?0?1?two");
  auto d = login("D");
  d.pm("B", "three");
  b.expect("$To: B From: D $<D> three");
  // The other script does not wait either: it saw the chat line and what came after it.
  EXPECT_EQ(call("quick", "get").repr(), "['wait', 'one', 'three']");
  EXPECT_THAT(b.sync(), IsEmpty());  // the line itself is still undecided
  gate.open();
  b.expect("<A> wait");
}

TEST_F(DecisionOrderTest, ManyLinesOfManyClientsKeepTheirOrder) {
  constexpr int kClients = 5;
  constexpr int kLines = 200;
  start({{"one", "def OnParsedMsgChat(nick, message): return 0 if message.endswith('7') else 1\n"},
         {"two",
          "def OnParsedMsgChat(nick, message): return message if '3' in message else None\n"}});
  auto watcher = login("watcher");
  std::vector<TestClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(login("user" + std::to_string(i)));
  }
  for (int line = 0; line < kLines; ++line) {
    for (auto& client : clients) {
      client.chat(std::to_string(line));
    }
  }
  for (auto& client : clients) {
    client.sync();
  }
  std::map<std::string, int> last;
  int total = 0;
  for (const auto& command : watcher.sync()) {
    if (const auto chat = nmdc::parse_chat(command); chat && chat->nick.starts_with("user")) {
      const std::string nick(chat->nick);
      const int line = std::stoi(std::string(chat->text));
      EXPECT_GT(line, last.contains(nick) ? last[nick] : -1);
      last[nick] = line;
      ++total;
    }
  }
  EXPECT_EQ(total, kClients * kLines * 9 / 10);
}

// The later lines are decided first, because the script that holds up the first one has been
// unloaded. The last one is allowed since no script is left, whatever was said of the one before.
TEST_F(DecisionOrderTest, LinesThatAreDecidedOutOfTurnAreToldInTurn) {
  start({slow(), {"quick", "def OnParsedMsgChat(nick, message): return message != 'bad'\n"}});
  auto a = login("A");
  auto b = login("B");
  const auto unload = [&](const char* name) {
    return hub().scripts().unload(hub().scripts().find(name).value());
  };
  a.chat("wait");
  wait_for_events(1);
  auto unloading = unload("slow");
  a.chat("second");
  a.chat("bad");
  wait_for_events(3);
  EXPECT_TRUE(hub().scripts().call("quick", "OnParsedMsgChat", {"", ""}).get());
  EXPECT_THAT(b.sync(), IsEmpty());
  gate.open();
  EXPECT_TRUE(unloading.get());
  a.sync();
  EXPECT_TRUE(unload("quick").get());
  a.chat("good");
  a.sync();
  EXPECT_THAT(b.sync(), ElementsAre("<A> wait", "<A> second", "<A> good"));
}

TEST_F(DecisionOrderTest, AClientThatLeavesMeanwhileIsForgotten) {
  start({slow()});
  auto a = login("A");
  auto b = login("B");
  a.chat("wait");
  a.chat("never");
  wait_for_events(2);
  a.reset();
  b.expect("$Quit A");
  gate.open();
  b.chat("after");
  b.expect("<B> after");
  EXPECT_EQ(hub().stats().chat_abandoned, 2u);
  auto again = login("A");
}

TEST_F(DecisionOrderTest, AUserWhoIsSentAwayMeanwhileSaysNoMore) {
  config.users = {{"op", "secret", kClassOperator}};
  start({slow()});
  auto op = login("op", {.password = "secret"});
  auto a = login("A");
  a.chat("wait");
  wait_for_events(1);
  op.send("$Kick A|");
  op.expect("$Quit A");
  gate.open();
  a.expect_closed();
  EXPECT_FALSE(has(op.sync(), "<A> wait"));
}

// The lines behind a late one have waited as long as it has, and do not wait again.
TEST_F(DecisionOrderTest, ALateDecisionIsReplacedByTheDefault) {
  config.decision_deadline = std::chrono::seconds(5);
  start({slow()}, &clock);
  auto a = login("A");
  auto b = login("B");
  a.chat("wait");
  a.chat("next");
  wait_for_events(2);
  clock.advance(std::chrono::seconds(5));
  b.expect("<A> wait");
  b.expect("<A> next");
  EXPECT_EQ(hub().stats().late_decisions, 2u);
  gate.open();
  a.chat("after");
  b.expect("<A> after");
}

// A private message is not delivered before the chat lines that were sent before it.
TEST_F(DecisionOrderTest, OtherCommandsWaitForTheChatLinesBeforeThem) {
  start({slow(),
         {"quick",
          "seen = []\ndef OnParsedMsgPM(nick, message, to): seen.append(message)\n"
          "def get(): return seen\n"}});
  auto a = login("A");
  auto b = login("B");
  a.chat("wait");
  a.chat("second");
  a.pm("B", "private");
  a.chat("third");
  wait_for_events(2);
  EXPECT_EQ(call("quick", "get").repr(), "[]");
  EXPECT_THAT(b.sync(), IsEmpty());
  gate.open();
  b.expect("<A> wait");
  b.expect("<A> second");
  b.expect("$To: B From: A $<A> private");
  b.expect("<A> third");
}

TEST_F(DecisionOrderTest, AClientThatSendsFarAheadIsSlowedDownAndLosesNothing) {
  config.max_command_bytes = 1'000;
  start({slow()});
  auto a = login("A");
  auto b = login("B");
  a.chat("wait");
  // This is more than the hub buffers and the sockets hold, so the sender has to wait for the hub.
  constexpr int kLines = 30'000;
  const std::string filler(400, 'x');
  std::thread sender([&] {
    for (int i = 0; i < kLines; ++i) {
      a.chat(filler);
    }
  });
  gate.open();
  for (int i = 0; i < kLines; ++i) {
    b.expect("<A> " + filler);
  }
  sender.join();
}

}  // namespace
}  // namespace hookline::test
