// Tests `overflow = "block"` in a hub: a full mailbox stops the reading from those whose commands
// the script is to see, and nothing is lost to it.

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "hookline/script_info.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

namespace {

class MailboxBlockTest : public HubTest {
 public:
  MailboxBlockTest() : gate(folder.path() / "gate") {
    config.mailbox_capacity = 1;
    config.overflow = Overflow::kBlock;
  }

  // Starts a hub with a script that has these hooks.
  void start_with(std::string_view hooks) {
    start({{"full", std::string(kGateSource) + "seen = []\ndef take(): return seen\n" +
                        std::string(hooks)}});
  }

  // Lets the script wait at the gate.
  void hold() {
    held = hub().scripts().call("full", "wait_at", {gate.path()});
    while (info("full").mailbox.waiting != 0) {
      std::this_thread::yield();
    }
  }

  void wait_for_held(std::uint64_t commands) const {
    while (hub().stats().held_commands < commands) {
      std::this_thread::yield();
    }
  }

  void open_gate() {
    gate.open();
    EXPECT_TRUE(held.get());
  }

  Gate gate;
  Future<Value> held;
};

// The sender sends more than the hub and the sockets hold.
TEST_F(MailboxBlockTest, AllLinesReachTheScriptWhileOthersGoOn) {
  constexpr int kLines = 3'000;
  start_with(
      "def OnParsedMsgChat(nick, message):\n"
      "    seen.append(int(message.split()[0]))\n"
      "    return message.endswith('end')\n");
  auto a = login("A");
  auto b = login("B");
  hold();
  std::atomic<bool> is_all_sent = false;
  std::thread sender([&] {
    const std::string filler(10'000, 'x');
    for (int i = 0; i < kLines; ++i) {
      a.chat(std::to_string(i) + " " + filler);
    }
    is_all_sent = true;
  });
  wait_for_held(1);
  for (int i = 0; i < 100; ++i) {
    (void)b.sync();
  }
  EXPECT_FALSE(is_all_sent);
  EXPECT_EQ(hub().stats().chat_lines, 1U) << "one line waits in the mailbox";
  EXPECT_EQ(info("full").missed, 0U);
  open_gate();
  sender.join();
  a.chat(std::to_string(kLines) + " end");
  b.expect("<A> " + std::to_string(kLines) + " end");
  List lines;
  for (int i = 0; i <= kLines; ++i) {
    lines.emplace_back(i);
  }
  EXPECT_EQ(call("full", "take"), Value(lines));
  EXPECT_EQ(info("full").missed, 0U);
  EXPECT_EQ(info("full").mailbox.rejected, 0U);
}

// An event that waits is sent later with the arguments that it had. So it is with each hook that a
// command may cause.
TEST_F(MailboxBlockTest, CommandsOfAllKindsWaitInTheirOrder) {
  start_with(
      "def OnParsedMsgPM(*args): seen.append(['pm', *args])\n"
      "def OnHubCommand(*args):\n"
      "    if args[1] == 'help': seen.append(['command', *args])\n"  // those of login() are others
      "def OnParsedMsgChat(*args): seen.append(['chat', *args])\n");
  auto a = login("A");
  auto b = login("B");
  hold();
  hub().scripts().post("full", "take", {});  // fills the mailbox
  a.pm("B", "first");
  a.pm("B", "\xff second");
  a.chat("+help");
  a.chat("line");
  wait_for_held(1);
  open_gate();
  b.expect("$To: B From: A $<A> first");
  b.expect("$To: B From: A $<A> \xff second");
  b.expect("<A> line");
  const Value seen(List{List{"pm", "A", "first", "B"}, List{"pm", "A", "\xff second", "B"},
                        List{"command", "A", "help", 0, 0, "+"}, List{"chat", "A", "line"}});
  EXPECT_EQ(call("full", "take").repr(), seen.repr());
  EXPECT_EQ(info("full").missed, 0U);
}

// Many users share the one place that there is.
TEST_F(MailboxBlockTest, EverybodyHasTheirTurn) {
  constexpr int kClients = 5;
  constexpr int kLines = 100;
  start_with("def OnParsedMsgChat(nick, message): seen.append(nick + message)\n");
  std::vector<TestClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(login(std::string(1, static_cast<char>('A' + i))));
  }
  hold();
  for (int line = 0; line < kLines; ++line) {
    for (TestClient& client : clients) {
      client.chat(std::to_string(line));
    }
  }
  wait_for_held(kClients);
  open_gate();
  for (TestClient& client : clients) {
    client.expect("<" + client.nick() + "> " + std::to_string(kLines - 1));
  }
  const Value seen = call("full", "take");
  std::map<char, int> next;
  for (const Value& each : *seen.as<List>()) {
    const std::string& event = *each.as<std::string>();
    EXPECT_EQ(event.substr(1), std::to_string(next[event[0]]++));
  }
  EXPECT_THAT(next, ::testing::Each(::testing::Pair(::testing::_, kLines)));
  EXPECT_EQ(info("full").missed, 0U);
}

TEST_F(MailboxBlockTest, AUserWhoLeavesMeanwhileIsForgotten) {
  config.users = {{"op", "secret", kClassOperator}};
  start_with("def OnParsedMsgChat(nick, message): seen.append(message)\n");
  auto op = login("op", {.password = "secret"});
  auto a = login("A");
  auto b = login("B");
  hold();
  a.chat("fills it");
  a.chat("never");
  wait_for_held(1);
  b.chat("after");
  wait_for_held(2);
  op.send("$Kick A|");
  op.expect("$Quit A");
  open_gate();
  op.expect("<B> after");
  EXPECT_EQ(call("full", "take").repr(), "['fills it', 'after']");
}

TEST_F(MailboxBlockTest, NobodyWaitsForAScriptThatIsUnloaded) {
  start_with("def OnParsedMsgChat(nick, message): seen.append(message)\n");
  auto a = login("A");
  auto b = login("B");
  hold();
  a.chat("fills it");
  a.chat("waits");
  wait_for_held(1);
  auto unloading = hub().scripts().unload(hub().scripts().find("full").value());
  (void)b.sync();
  open_gate();
  EXPECT_TRUE(unloading.get());
  b.expect("<A> fills it");
  b.expect("<A> waits");
}

TEST_F(MailboxBlockTest, TheHubEndsWhileCommandsWait) {
  start_with("def OnParsedMsgChat(nick, message): seen.append(message)\n");
  auto a = login("A");
  hold();
  a.chat("fills it");
  a.chat("waits");
  wait_for_held(1);
  hub().stop();
  open_gate();
  EXPECT_EQ(wait_for_end(), 0);
}

}  // namespace
}  // namespace hookline::test
