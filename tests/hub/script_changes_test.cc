// Tests that operators load, unload and reload scripts from chat.

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>

#include "hookline/script_info.h"
#include "hub/base/log_level.h"
#include "hub_fixture.h"

namespace hookline::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class ScriptChanges : public HubTest {
 protected:
  ScriptChanges() {
    config.users = {{"op", "secret", kClassAdmin - 1}, {"boss", "secret", kClassAdmin}};
  }

  [[nodiscard]] TestClient login_as(std::string_view nick) const {
    return login(nick, {.password = "secret"});
  }
};

TEST_F(ScriptChanges, AreForAdmins) {
  start({{"one", ""}});
  auto op = login_as("op");
  for (const std::string command : {"pyload", "pyunload", "pyreload", "pylog"}) {
    op.chat("!" + command + " one");
    op.expect("<HubBot> Unknown command '" + command + "'; try +help.");
  }
}

TEST_F(ScriptChanges, AScriptIsLoadedByNameAndByPath) {
  start();
  auto boss = login_as("boss");
  folder.write("scripts/named.py",
               "def OnParsedMsgChat(nick, message): return message + ' named'\n");
  const auto other = folder.write("other.py", "def f(): return 'other'\n");
  boss.chat("!pyload named");
  boss.expect("<HubBot> 'named' is loaded.");
  boss.chat("x");
  boss.expect("<boss> x named");
  boss.chat("!pyload " + other.string());
  boss.expect("<HubBot> 'other' is loaded.");
  EXPECT_EQ(call("other", "f"), Value("other"));
  boss.chat("!pyreload named.py");
  boss.expect("<HubBot> 'named' is reloaded.");
  boss.chat("!pyload named.py");
  EXPECT_THAT(boss.expect_prefix("<HubBot> 'named' was not loaded"), HasSubstr("unload it first"));
}

TEST_F(ScriptChanges, WhatTakesLongIsToldAndGoesOn) {
  config.load_patience = std::chrono::seconds(60);
  const Gate gate(folder.path() / "gate");
  start({{"slow", std::string(kGateSource) + "\ndef UnLoad(): wait_at('" + gate.path() + "')\n"}},
        &clock);
  auto boss = login_as("boss");
  boss.chat("!pyunload slow");
  boss.sync();
  clock.advance(config.load_patience);
  boss.expect(
      "<HubBot> 'slow' is not unloaded yet, since its code has not returned; the log will say how "
      "it ends");
  gate.open();
  boss.chat("!pyload slow");  // its name is free only after it has been unloaded
  for (auto answer = boss.expect_prefix("<HubBot> 'slow' "); !answer.ends_with("is loaded.");
       answer = boss.expect_prefix("<HubBot> 'slow' ")) {
    boss.chat("!pyload slow");
  }
  EXPECT_EQ(std::ranges::count(hub().scripts().scripts(), "slow", &ScriptInfo::name), 1);
  std::thread opener([&gate] { gate.open(); });
  stop();
  opener.join();
}

TEST_F(ScriptChanges, AnswersComeWhereTheCommandWasGiven) {
  start({{"one", ""}});
  auto boss = login_as("boss");
  boss.pm("HubBot", "!pyreload one");
  boss.expect("$To: boss From: HubBot $<HubBot> 'one' is reloaded.");
  boss.pm("HubBot", "!pyunload one");
  boss.expect("$To: boss From: HubBot $<HubBot> 'one' is unloaded.");
  boss.pm("HubBot", "!pylist");
  boss.expect("$To: boss From: HubBot $<HubBot> Scripts: 0");
}

TEST_F(ScriptChanges, AReloadThatFailsGivesTheTracebackAndLeavesTheOldOne) {
  start({{"one", "def OnParsedMsgChat(nick, message): return message + ' old'\n"}});
  auto boss = login_as("boss");
  folder.write("scripts/one.py",
               "def f(n):\n  if n: f(n - 1)\n  else: raise ValueError('no | good')\nf(30)\n");
  boss.chat("!pyreload one");
  const auto answer = boss.expect_prefix("<HubBot> 'one' was not reloaded: ");
  EXPECT_THAT(answer, HasSubstr("\r\n  ...\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n  ValueError: no &#124; good"));
  EXPECT_LT(answer.size(), 2000U);
  boss.chat("x");
  boss.expect("<boss> x old");
  folder.write("scripts/one.py", "def OnParsedMsgChat(nick, message): return message + ' new'\n");
  boss.chat("!pyreload one");
  boss.expect("<HubBot> 'one' is reloaded.");
  boss.chat("x");
  boss.expect("<boss> x new");
}

TEST_F(ScriptChanges, WhatIsMissingIsSaidInOneSentence) {
  start();
  auto boss = login_as("boss");
  boss.chat("!pyreload nothing");
  boss.expect("<HubBot> There is no script 'nothing'; list the scripts to see which there are.");
  boss.chat("!pyunload nothing");
  boss.expect("<HubBot> There is no script 'nothing'; list the scripts to see which there are.");
  boss.chat("!pyload nothing");
  EXPECT_THAT(boss.expect_prefix("<HubBot> 'nothing' was not loaded: "),
              EndsWith("no readable script at " + (config.script_folder / "nothing.py").string()));
  boss.chat("!pyload");
  boss.expect("<HubBot> Write it as !pyload PATH&#124;NAME.");
}

// An answer to a user who has left is dropped.
TEST_F(ScriptChanges, TheHubServesWhileAScriptLoads) {
  start();
  const Gate gate(folder.path() / "gate");
  folder.write("scripts/slow.py", std::string(kGateSource) + "wait_at('" + gate.path() + "')\n");
  auto boss = login_as("boss");
  auto other = login("A");
  boss.chat("!pyload slow");
  boss.chat("still here");
  other.expect("<boss> still here");
  boss.close();
  other.expect("$Quit boss");
  gate.open();
  EXPECT_FALSE(has(other.sync(), "slow"));
}

TEST_F(ScriptChanges, PylogSetsTheLevel) {
  start();
  const std::string before = log_level();
  auto boss = login_as("boss");
  boss.chat("!pylog error");
  boss.expect("<HubBot> The log level is error.");
  boss.chat("!pylog");
  boss.expect("<HubBot> The log level is error.");
  boss.chat("!pylog loud");
  boss.expect(
      "<HubBot> There is no log level 'loud'; use trace, debug, info, warn, error or off, or 0 to "
      "5.");
  EXPECT_EQ(log_level(), "error");
  for (const auto& [number, name] : std::initializer_list<std::pair<const char*, const char*>>{
           {"0", "error"}, {"1", "warn"}, {"2", "info"}, {"3", "debug"}, {"5", "trace"}}) {
    boss.chat("!pylog " + std::string(number));
    boss.expect("<HubBot> The log level is " + std::string(name) + ".");
  }
  for (const auto* number : {"6", "-1", "03"}) {
    boss.chat("!pylog " + std::string(number));
    boss.expect_prefix("<HubBot> There is no log level '" + std::string(number));
  }
  EXPECT_TRUE(set_log_level(before));
}

class ScriptDecisions : public ScriptChanges {
 protected:
  ScriptDecisions() { config.store_path = folder.path() / "hub.db"; }
  ~ScriptDecisions() override { EXPECT_TRUE(set_log_level(log_level_before_)); }

  // Returns the scripts that a hub with "a" and "b" in its folder loads at its start.
  std::string restart() {
    stop();
    start({{"a", ""}, {"b", ""}});
    std::string names;
    for (const auto& script : hub().scripts().scripts()) {
      names += script.name + ' ';
    }
    return names;
  }

 private:
  std::string log_level_before_ = log_level();
};

TEST_F(ScriptDecisions, HoldAtTheNextStart) {
  EXPECT_EQ(restart(), "a b ");
  const auto other = folder.write("other.py", "");
  {
    auto boss = login_as("boss");
    boss.chat("!pyunload a");
    boss.expect("<HubBot> 'a' is unloaded.");
    boss.chat("!pyload " + other.string());
    boss.expect("<HubBot> 'other' is loaded.");
  }
  EXPECT_EQ(restart(), "b other ");
  {
    auto boss = login_as("boss");
    boss.chat("!pyload a");
    boss.expect("<HubBot> 'a' is loaded.");
    boss.chat("!pyunload other");
    boss.expect("<HubBot> 'other' is unloaded.");
  }
  EXPECT_EQ(restart(), "a b ");
}

TEST_F(ScriptDecisions, AFileThatHasGoneCanBeForgotten) {
  EXPECT_EQ(restart(), "a b ");
  const auto other = folder.write("other.py", "");
  {
    auto boss = login_as("boss");
    boss.chat("!pyload " + other.string());
    boss.expect("<HubBot> 'other' is loaded.");
  }
  std::filesystem::remove(other);
  may_fail_to_load = true;
  EXPECT_EQ(restart(), "a b ");
  {
    auto boss = login_as("boss");
    boss.chat("!pyunload other");
    boss.expect("<HubBot> There is no script 'other'; list the scripts to see which there are.");
    boss.chat("!pyunload " + other.string());
    boss.expect("<HubBot> 'other' will not be loaded any more.");
  }
  folder.write("other.py", "");
  EXPECT_EQ(restart(), "a b ");
}

TEST_F(ScriptDecisions, WhatIsUnloadedSinceItsFileHasGoneComesBackWithIt) {
  EXPECT_EQ(restart(), "a b ");
  std::filesystem::remove(config.script_folder / "a.py");
  {
    auto boss = login_as("boss");
    boss.chat("!pyunload a");
    boss.expect("<HubBot> 'a' is unloaded.");
  }
  EXPECT_EQ(restart(), "a b ");
}

TEST_F(ScriptDecisions, TheLogLevelIsKept) {
  restart();
  {
    auto boss = login_as("boss");
    boss.chat("!pylog error");
    boss.expect("<HubBot> The log level is error.");
  }
  EXPECT_TRUE(set_log_level("info"));
  restart();
  EXPECT_EQ(log_level(), "error");
}

}  // namespace
}  // namespace hookline::test
