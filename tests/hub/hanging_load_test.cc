// Tests scripts whose import does not return: the hub serves without them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "hookline/script_info.h"
#include "hub_fixture.h"
#include "tests/support/log_capture.h"

namespace hookline::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class HangingLoad : public HubTest {
 protected:
  HangingLoad() {
    config.users = {{"boss", "secret", kClassAdmin}};
    may_fail_to_load = true;
  }
  ~HangingLoad() override { stop(); }  // while the gate is there

  // Starts a hub whose script "slow" is imported once the gate is open, and appends to each line.
  void start_with_slow() {
    config.load_patience = std::chrono::milliseconds(1);
    start({{"slow", std::string(kGateSource) + "open('" + entered.path() +
                        "', 'w').close()\nwait_at('" + gate.path() +
                        "')\ndef OnParsedMsgChat(nick, message): return message + ' slow'\n"}},
          &clock);
    (void)std::ifstream(entered.path()).peek();
  }
  [[nodiscard]] TestClient login_boss() const { return login("boss", {.password = "secret"}); }
  static std::string pylist(TestClient& boss) {
    boss.chat("!pylist");
    return boss.expect_prefix("<HubBot> Scripts: ");
  }

  Gate gate{folder.path() / "gate"};
  Gate entered{folder.path() / "entered"};
};

TEST_F(HangingLoad, TheHubServesAndTheScriptJoinsLater) {
  start_with_slow();
  auto boss = login_boss();
  boss.chat("early");
  boss.expect("<boss> early");
  clock.advance(std::chrono::seconds(12));
  boss.expect(
      "$To: boss From: OpChat $<HubBot> 'slow' is not loaded yet, since its code has not returned; "
      "the log will say how it ends");
  EXPECT_THAT(pylist(boss),
              AllOf(HasSubstr("Scripts: 0\r\n  0 slow: "), HasSubstr("slow.py, loading (12 s)")));
  // A look takes a moment, and the script may be on its way to the gate.
  while (pylist(boss).find("slow.py\", line 3, in wait_at") == std::string::npos) {
  }
  gate.open();
  boss.expect("$To: boss From: OpChat $<HubBot> 'slow' was loaded");
  boss.chat("late");
  boss.expect("<boss> late slow");
  EXPECT_THAT(pylist(boss), AllOf(HasSubstr("Scripts: 1"), Not(HasSubstr("loading"))));
}

TEST_F(HangingLoad, TheOthersAreThere) {
  config.load_patience = std::chrono::milliseconds(1);
  start({{"fine", "def OnParsedMsgChat(nick, message): return message + ' fine'\n"},
         {"slow", std::string(kGateSource) + "wait_at('" + gate.path() + "')\n"}});
  auto boss = login_boss();
  while (!hub().scripts().find("fine")) {
    boss.sync();
  }
  boss.chat("x");
  boss.expect("<boss> x fine");
  gate.open();
}

TEST_F(HangingLoad, UnloadingEndsTheLoadImmediately) {
  start_with_slow();
  auto boss = login_boss();
  boss.chat("!pyreload slow");
  boss.expect("<HubBot> 'slow' is still being loaded: unload it first.");
  boss.chat("!pyunload slow");
  boss.expect("<HubBot> 'slow' is unloaded.");
  clock.advance(std::chrono::seconds(3));
  EXPECT_THAT(pylist(boss), HasSubstr("slow.py, ending (3 s)"));
  folder.write("scripts/slow.py",
               "def OnParsedMsgChat(nick, message): return message + ' mended'\n");
  boss.chat("!pyload slow");
  boss.expect("<HubBot> 'slow' is loaded.");
  boss.chat("x");
  boss.expect("<boss> x mended");
  gate.open();  // the thread of the old import ends
  while (!hub().scripts().unfinished().empty()) {
    boss.sync();
  }
}

TEST_F(HangingLoad, TheLimitGivesItUp) {
  const LogCapture log;
  config.load_limit = std::chrono::seconds(60);
  start_with_slow();
  auto boss = login_boss();
  clock.advance(std::chrono::seconds(59));
  boss.expect_prefix("$To: boss From: OpChat $<HubBot> 'slow' is not loaded yet");
  clock.advance(std::chrono::seconds(1));
  EXPECT_THAT(boss.expect_prefix("$To: boss From: OpChat $<HubBot> 'slow' was not loaded: "),
              HasSubstr("load_limit"));
  EXPECT_THAT(pylist(boss), HasSubstr("slow.py, ending (0 s)"));
  gate.open();
  while (!hub().scripts().unfinished().empty()) {
    boss.sync();
  }
  stop();
}

TEST_F(HangingLoad, AChangeOfItsFileLoadsItAnew) {
  config.watch = true;
  start_with_slow();
  auto boss = login_boss();
  folder.write("scripts/slow.py",
               "def OnParsedMsgChat(nick, message): return message + ' mended'\n");
  while (!hub().scripts().find("slow")) {
    clock.advance(std::chrono::milliseconds(200));
    boss.sync();
  }
  boss.chat("x");
  boss.expect("<boss> x mended");
  gate.open();
}

TEST_F(HangingLoad, WhatIsNoScriptIsOneError) {
  std::filesystem::create_directories(config.script_folder);
  ASSERT_EQ(mkfifo((config.script_folder / "fifo.py").c_str(), 0600), 0);
  std::filesystem::create_symlink("loop.py", config.script_folder / "loop.py");
  const LogCapture log;
  start({{"good", "def f(): return 1\n"}});
  EXPECT_EQ(call("good", "f"), Value(1));
  EXPECT_EQ(log.count("fifo.py was not loaded"), 1U);
  EXPECT_EQ(log.count("loop.py was not loaded"), 1U);
  stop();
}

}  // namespace
}  // namespace hookline::test
