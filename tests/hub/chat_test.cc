#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::ElementsAre;

class ChatTest : public HubTest {};

TEST_F(ChatTest, ALineGoesToAllAndToItsSender) {
  start();
  auto a = login("A");
  auto b = login("B");
  a.chat("hello &#36; $5 <there>");
  a.expect("<A> hello &#36; $5 <there>");
  b.expect("<A> hello &#36; $5 <there>");
  a.sync();
  const auto stats = hub().stats();
  EXPECT_EQ(stats.chat_lines, 1u);
  EXPECT_EQ(stats.chat_allowed, 1u);
  EXPECT_EQ(stats.users, 2u);
}

TEST_F(ChatTest, ScriptsSeeBlockAndReplace) {
  start({{"recorder", std::string(kRecorder)}, {"words", R"(
def OnParsedMsgChat(nick, message):
    if message == "bad": return 0
    if message == "text": return "other"
    if message == "both": return ("C", "other | $")
    if message == "nick": return ("C", None)
    if message == "line": return ("<Bot> psst", 0)
)"}});
  auto a = login("A");
  auto b = login("B");
  static_cast<void>(recorded());
  for (const auto* line : {"bad", "text", "both", "nick", "line", "plain"}) {
    a.chat(line);
  }
  EXPECT_THAT(a.sync(),
              ElementsAre(::testing::StartsWith("$MyINFO $ALL B"), "<A> other",
                          "<C> other &#124; &#36;", "<C> nick", "<Bot> psst", "<A> plain"));
  EXPECT_THAT(b.sync(),
              ElementsAre("<A> other", "<C> other &#124; &#36;", "<C> nick", "<A> plain"));
  const auto events = recorded();
  EXPECT_EQ(events.front(), "OnParsedMsgChat('A', 'bad')");
  const auto stats = hub().stats();
  EXPECT_EQ(stats.chat_lines, 6u);
  EXPECT_EQ(stats.chat_blocked, 2u);
  EXPECT_EQ(stats.chat_replaced, 3u);
  EXPECT_EQ(stats.chat_allowed, 1u);
}

TEST_F(ChatTest, CommandsGoToTheScriptsAndThenToTheHub) {
  config.users = {{"op", "secret", kClassOperator}};
  start({{"recorder", std::string(kRecorder)}, {"commands", R"(
def OnUserCommand(nick, command):
    return 0 if command == "+mine" else 1
def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return 0 if command == "secret" else 1
)"}});
  auto op = login("op", {.password = "secret"});
  auto a = login("A");
  static_cast<void>(recorded());
  a.chat("+mine");
  a.chat("!secret");
  op.chat("!mine x");
  EXPECT_FALSE(has(a.sync(), "Unknown"));
  op.expect("<HubBot> Unknown command 'mine'; try +help.");
  op.chat("+mine");
  a.chat("!mine");
  a.expect("<HubBot> Unknown command 'mine'; try +help.");
  op.sync();
  EXPECT_THAT(recorded(),
              ::testing::IsSupersetOf(
                  {"OnHubCommand('A', 'mine', 0, 0, '+')", "OnUserCommand('A', '+mine')",
                   "OnHubCommand('A', 'secret', 0, 0, '!')",
                   "OnHubCommand('op', 'mine x', 3, 0, '!')", "OnOperatorCommand('op', '!mine x')",
                   "OnUserCommand('op', '+mine')", "OnUserCommand('A', '!mine')"}));
}

TEST_F(ChatTest, NotEverythingThatBeginsSoIsACommand) {
  start();
  auto a = login("A");
  for (const auto* line : {"+1", "!!!", "+", "! x"}) {
    a.chat(line);
    a.expect("<A> " + std::string(line));
  }
}

TEST_F(ChatTest, TheHubHasAFewCommandsOfItsOwn) {
  config.users = {{"op", "secret", kClassOperator}};
  start();
  auto op = login("op", {.password = "secret"});
  auto a = login("A");
  a.chat("+help");
  EXPECT_FALSE(a.expect_prefix("<HubBot> Commands").contains("kick"));
  op.chat("+help");
  EXPECT_TRUE(op.expect_prefix("<HubBot> Commands").contains("kick"));
  a.chat("+stats");
  EXPECT_TRUE(a.expect_prefix("<HubBot> users 2").contains("p99"));
  a.chat("+topic mine");
  a.expect("<HubBot> Only operators may set the topic.");
  op.chat("!topic New &#124; topic");
  a.expect("$HubTopic New &#124; topic");
  a.chat("+topic");
  a.expect("<HubBot> The topic is: New &#124; topic");
}

TEST_F(ChatTest, AScriptsLineForTheSenderEndsOnce) {
  start({{"lines", R"(
def OnParsedMsgChat(nick, message): return f"<Bot> {message}{vh.decode('&#124;')}", 0
def OnUserCommand(nick, command): return ("<Bot> " + command, 0) if command == "+y" else 1
import vh
)"}});
  auto a = login("A");
  a.chat("x");
  a.chat("+y");
  EXPECT_THAT(a.sync(), ElementsAre("<Bot> x", "<Bot> +y"));
}

TEST_F(ChatTest, CommandsSayHowTheyAreWritten) {
  config.users = {{"op", "secret", kClassOperator}};
  start();
  auto op = login("op", {.password = "secret"});
  for (const std::string command :
       {"!kick NICK [REASON]", "+drop NICK [REASON]", "!reg NICK CLASS [PASSWORD]", "!unreg NICK",
        "!setclass NICK CLASS", "!ban NICK&#124;IP [TIME] [REASON]",
        "!unban NICK&#124;IP&#124;#NUMBER", "+passwd NEW"}) {
    op.send("<op> " + command.substr(0, command.find(' ')) + "|");
    op.expect("<HubBot> Write it as " + command + ".");
  }
  op.chat("!reg [DE]nick");
  op.expect("<HubBot> Write it as !reg NICK CLASS [PASSWORD].");
}

TEST_F(ChatTest, OperatorsKickAndDrop) {
  config.users = {{"op", "secret", kClassOperator}, {"boss", "secret", 5}};
  start({{"recorder", std::string(kRecorder)}});
  auto boss = login("boss", {.password = "secret"});
  auto op = login("op", {.password = "secret"});
  auto a = login("A");
  auto b = login("B");
  auto c = login("C");
  static_cast<void>(recorded());
  a.chat("!kick B");
  a.expect("<HubBot> Unknown command 'kick'; try +help.");
  a.send("$Kick B|");
  a.expect("<HubBot> Only operators may do that.");
  op.chat("!kick boss");
  op.expect("<HubBot> You may not do that to boss.");
  op.chat("!kick nobody");
  op.expect("<HubBot> There is no user 'nobody'.");
  op.chat("!kick A flooding a lot");
  EXPECT_TRUE(has(a.expect_closed(), "You were kicked by op: flooding a lot"));
  op.expect("<HubBot> A was kicked by op: flooding a lot");
  op.expect("$Quit A");
  op.chat("!drop B");
  b.expect_closed();
  op.send("$Kick C|");
  c.expect_closed();
  op.expect("$Quit C");
  op.sync();
  EXPECT_THAT(recorded(),
              ::testing::IsSupersetOf(
                  {"OnOperatorKicks('op', 'A', 'flooding a lot')", "OnOperatorDrops('op', 'B')",
                   "OnOperatorDropsWithReason('op', 'B', '')", "OnOperatorDrops('op', 'C')"}));
}

TEST_F(ChatTest, RawCommandsAreShownToScriptsThatWantThem) {
  start({{"any", R"(
seen = []
def OnParsedMsgAnyEx(ip, data): seen.append(data.split()[0])
def OnParsedMsgAny(nick, data):
    seen.append(nick + " " + data)
    return 0 if "hidden" in data else 1
def get(): return seen
)"}});
  auto a = login("A");
  a.chat("hidden");
  a.chat("shown");
  a.expect("<A> shown");
  const auto seen = call("any", "get").repr();
  EXPECT_TRUE(seen.contains("['$Supports', '$Key', '$ValidateNick', 'A $Version 1,0091'")) << seen;
  EXPECT_TRUE(seen.contains("'A <A> hidden', 'A <A> shown'")) << seen;
}

}  // namespace
}  // namespace hookline::test
