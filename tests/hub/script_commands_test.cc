#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::AllOf;
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
  auto op = login_as("op");  // of class 4
  auto boss = login_as("boss");
  struct Command {
    std::string name;
    std::string typed;
    std::string answer;  // that an admin gets
  };
  const std::vector<Command> commands = {
      {"pylist", "!pylist", "Scripts: 1"},
      {"pystats", "+pystats one", "one: calls 0"},
      {"pylog", "!pylog", "The log level is "},
      {"pyload", "!pyload nothing", "'nothing' was not loaded"},
      {"pyreload", "+pyreload nothing", "There is no script 'nothing'"},
      {"pyunload", "!pyunload nothing", "There is no script 'nothing'"},
  };
  for (const auto& command : commands) {
    const auto unknown = "<HubBot> Unknown command '" + command.name + "'; try +help.";
    for (auto* client : {&guest, &op}) {
      client->chat(command.typed);
      client->expect(unknown);
      client->pm("HubBot", command.typed);
      client->expect("$To: " + client->nick() + " From: HubBot $" + unknown);
    }
    boss.chat(command.typed);
    boss.expect_prefix("<HubBot> " + command.answer);
    boss.pm("HubBot", command.typed);
    boss.expect_prefix("$To: boss From: HubBot $<HubBot> " + command.answer);
  }
  for (auto* client : {&guest, &op}) {
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

TEST_F(ScriptCommands, PylistHasWhatScriptsCallThemselves) {
  start({{"a", "import vh\nvh.name_and_version('Greeter|', '1.2')\n"},
         {"b", "import vh\nvh.name_and_version(version='3')\n"}});
  auto boss = login_as("boss");
  const auto list = [&] {
    boss.chat("!pylist");
    return boss.expect_prefix("<HubBot> Scripts: 2");
  };
  EXPECT_THAT(list(), AllOf(HasSubstr("  0 a (Greeter&#124; 1.2): "), HasSubstr("  1 b (b 3): ")));
  folder.write("scripts/a.py", "import vh\nvh.name_and_version('Greeter', '1.3')\n");
  boss.chat("!pyreload a");
  boss.expect("<HubBot> 'a' is reloaded.");
  EXPECT_THAT(list(), HasSubstr("  0 a (Greeter 1.3): "));
  folder.write("scripts/a.py", "\n");
  boss.chat("!pyreload a");
  boss.expect("<HubBot> 'a' is reloaded.");
  EXPECT_THAT(list(), HasSubstr("  0 a: "));
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
  // The system's malloc does not know which script its memory belongs to.
  const std::string memory = std::getenv("HOOKLINE_TEST_MALLOC") == nullptr
                                 ? ", memory [0-9]+ MiB \\(peak [0-9]+\\)"
                                 : "(, memory .*)?";
  boss.chat("!pystats bad");
  EXPECT_THAT(boss.expect_prefix("<HubBot> bad"),
              MatchesRegex("<HubBot> bad: calls 3, errors 3, missed 0, late 0, waiting 0" + memory +
                           ", CPU [0-9]+\\.[0-9] s\r\n"
                           "  p50/p99 us: queue wait [0-9]+\\.[0-9]/[0-9]+\\.[0-9], "
                           "run [0-9]+\\.[0-9]/[0-9]+\\.[0-9], total [0-9]+\\.[0-9]/[0-9]+\\.[0-9]"
                           "\r\n  last error 5 s ago: script_raised: ValueError: 3"));
  boss.chat("!pystats good");
  const auto good = boss.expect_prefix("<HubBot> good: calls 3, errors 0, missed 0");
  EXPECT_THAT(good, Not(HasSubstr("last error")));
}

TEST_F(ScriptCommands, PystatsTellsOfAShareOfCpuTime) {
  config.python_of["a"] = {.cpu_share = 0.5};
  start({{"a", ""}});
  auto boss = login_as("boss");
  boss.chat("!pystats a");
  EXPECT_THAT(boss.expect_prefix("<HubBot> a"), HasSubstr(" s (share 0.5, exceeded 0 times)\r\n"));
}

TEST_F(ScriptCommands, PystatsWithoutANameTellsOfAll) {
  start({{"a", ""}, {"b", ""}});
  auto boss = login_as("boss");
  boss.pm("HubBot", "!pystats");
  const auto all = boss.expect_prefix("$To: boss From: HubBot $<HubBot> a: calls 0");
  EXPECT_THAT(all, HasSubstr("\r\nb: calls 0, errors 0, missed 0, late 0, waiting 0"));
}

// An error may contain any text, which must not end the command or begin another one.
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
