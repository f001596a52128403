#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "hub_fixture.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* kBad = "def OnParsedMsgChat(nick, message): raise ValueError(message)\n";

class ScriptCommands : public HubTest {
 protected:
  ScriptCommands() {
    config.users = {{"op", "secret", kClassAdmin - 1}, {"boss", "secret", kClassAdmin}};
  }

  [[nodiscard]] TestClient login_as(std::string_view nick) const {
    return login(nick, {.password = "secret"});
  }
};

TEST_F(ScriptCommands, AreForAdmins) {
  start({{"one", ""}});
  auto guest = login("A");
  auto op = login_as("op");
  auto boss = login_as("boss");
  for (auto* client : {&guest, &op}) {
    client->chat("!pylist");
    client->expect("<HubBot> Unknown command 'pylist'; try +help.");
    client->chat("+pystats one");
    client->expect("<HubBot> Unknown command 'pystats'; try +help.");
    client->pm("HubBot", "!pystats");
    client->expect("$To: " + client->nick() +
                   " From: HubBot $<HubBot> Unknown command 'pystats'; try +help.");
    client->chat("+help");
    EXPECT_THAT(client->expect_prefix("<HubBot> Commands"), Not(HasSubstr("pystats")));
  }
  boss.chat("+help");
  EXPECT_THAT(boss.expect_prefix("<HubBot> Commands"), HasSubstr("pystats [NAME]"));
}

TEST_F(ScriptCommands, PylistHasALineForEachScript) {
  start({{"a", "def OnTimer(msec): pass\ndef OnUserLogin(nick): pass\n"}, {"b", ""}});
  auto boss = login_as("boss");
  boss.chat("!pylist");
  const std::string folder_name = config.script_folder.string();
  boss.expect("<HubBot> Scripts: 2\r\n  0 a: " + folder_name +
              "/a.py, hooks 2\r\n  1 b: " + folder_name + "/b.py, hooks 0");
}

TEST_F(ScriptCommands, WithoutScriptsTheyHaveNothingToSay) {
  start();
  auto boss = login_as("boss");
  boss.chat("!pylist");
  boss.expect("<HubBot> Scripts: 0");
  boss.chat("!pystats");
  boss.expect("<HubBot> No script is loaded.");
  boss.chat("!pystats x");
  boss.expect("<HubBot> There is no script 'x'; try !pylist.");
}

TEST_F(ScriptCommands, PystatsTellsWhatAScriptHasDone) {
  start({{"good", "def OnParsedMsgChat(nick, message): return 1\n"}, {"bad", kBad}}, &clock);
  auto boss = login_as("boss");
  for (const auto* line : {"1", "2", "3"}) {
    boss.chat(line);
    boss.expect("<boss> " + std::string(line));
  }
  clock.advance(std::chrono::seconds(5));
  boss.chat("!pystats bad");
  EXPECT_THAT(
      boss.expect_prefix("<HubBot> bad"),
      MatchesRegex("<HubBot> bad: calls 3, errors 3, missed 0, waiting 0(, memory [0-9]+ MiB)?\r\n"
                   "  p50/p99 us: queue wait [0-9]+\\.[0-9]/[0-9]+\\.[0-9], "
                   "run [0-9]+\\.[0-9]/[0-9]+\\.[0-9], total [0-9]+\\.[0-9]/[0-9]+\\.[0-9]"
                   "\r\n  last error 5 s ago: script_raised: ValueError: 3"));
  boss.chat("!pystats good");
  const auto good = boss.expect_prefix("<HubBot> good: calls 3, errors 0, missed 0");
  EXPECT_THAT(good, Not(HasSubstr("last error")));
}

TEST_F(ScriptCommands, PystatsWithoutANameTellsOfAll) {
  start({{"a", ""}, {"b", ""}});
  auto boss = login_as("boss");
  boss.pm("HubBot", "!pystats");
  const auto all = boss.expect_prefix("$To: boss From: HubBot $<HubBot> a: calls 0");
  EXPECT_THAT(all, HasSubstr("\r\nb: calls 0, errors 0, missed 0, waiting 0"));
}

// An error may hold anything; it must neither end the command nor begin another.
TEST_F(ScriptCommands, AnErrorIsOneHarmlessLine) {
  start({{"bad",
          "def OnParsedMsgChat(nick, message):\n"
          "    raise ValueError('one\\ntwo\\r|$Quit x|\\x00\\u20ac')\n"}});
  auto boss = login_as("boss");
  boss.chat("x");
  boss.expect("<boss> x");
  boss.chat("!pystats bad");
  EXPECT_THAT(boss.expect_prefix("<HubBot> bad"),
              ::testing::EndsWith("ValueError: one two &#124;&#36;Quit x&#124; \u20ac"));
}

TEST_F(ScriptCommands, WhatTheHubsEncodingMayNotHaveIsAQuestionMark) {
  config.encoding = "cp1251";
  start({{"bad", "def OnParsedMsgChat(nick, message): raise ValueError('a\\u20ac\\xe9b')\n"}});
  auto boss = login_as("boss");
  boss.chat("x");
  boss.expect("<boss> x");
  boss.chat("!pystats bad");
  EXPECT_THAT(boss.expect_prefix("<HubBot> bad"), ::testing::EndsWith("ValueError: a??b"));
}

}  // namespace
}  // namespace hookline::test
