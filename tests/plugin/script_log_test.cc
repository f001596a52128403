#include "plugin/event/script_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "hookline/script_info.h"
#include "hookline/typed_call.h"
#include "hookline/verlihub/hooks.h"
#include "plugin/types/log.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {

using namespace detail;

namespace {

using ::testing::HasSubstr;

constexpr int kBurst = LogBudget::kBurst;

class ScriptLogTest : public ScriptHostTest {
 protected:
  void SetUp() override { start({.clock = &clock}); }
  // The scripts end before the clock and the log do.
  void TearDown() override { scripts.reset(); }

  // Sends events, and waits until they have been answered.
  void send(int count) {
    for (int i = 0; i < count; ++i) {
      static_cast<void>(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}));
    }
  }

  LogCapture log;
  ManualClock clock;
};

TEST_F(ScriptLogTest, AnErrorIsLoggedWithItsTraceback) {
  load("bad", "def OnUserLogin(nick): raise ValueError('no ' + nick)\n");
  send(1);
  const auto lines = log.lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], ::testing::StartsWith("bad: OnUserLogin: script_raised: ValueError: no"));
  EXPECT_THAT(lines[0], HasSubstr("Traceback"));
}

TEST_F(ScriptLogTest, AScriptThatAlwaysRaisesFillsNeitherTheLogNorHidesAnError) {
  load("bad", "def OnUserLogin(nick): raise ValueError('no')\n");
  send(100);
  EXPECT_EQ(log.lines().size(), static_cast<std::size_t>(kBurst));
  EXPECT_EQ(log.count("ValueError: no"), static_cast<std::size_t>(kBurst));
  EXPECT_EQ(scripts->scripts()[0].errors, 100U);

  clock.advance(LogBudget::kRefill - Duration(1));
  send(1);
  EXPECT_EQ(log.lines().size(), static_cast<std::size_t>(kBurst));

  clock.advance(Duration(1));
  send(5);
  const auto lines = log.lines();
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(kBurst) + 2);
  EXPECT_EQ(lines[kBurst], "bad: 91 line(s) like the next one were left out");
  EXPECT_THAT(lines[kBurst + 1], HasSubstr("ValueError: no"));
  EXPECT_EQ(scripts->scripts()[0].errors, 106U);
}

// A kind of trouble does not use up the lines of another kind, or of another script.
TEST_F(ScriptLogTest, EachScriptAndKindHasABudgetOfItsOwn) {
  load("bad", "def OnUserLogin(nick): raise ValueError('bad')\n");
  load("worse", "def OnUserLogin(nick): raise ValueError('worse')\n");
  load("odd", "def OnUserLogin(nick): return [1]\n");
  send(50);
  EXPECT_EQ(log.count("bad: OnUserLogin"), static_cast<std::size_t>(kBurst));
  EXPECT_EQ(log.count("worse: OnUserLogin"), static_cast<std::size_t>(kBurst));
  EXPECT_EQ(log.count("odd: returned [1]"), static_cast<std::size_t>(kBurst));
}

TEST_F(ScriptLogTest, PostsToAScriptThatIsMissingHaveABudgetToo) {
  const auto held = scripts->function<int(int)>("missing", "f");
  for (int i = 0; i < 50; ++i) {
    held.post(i);
    scripts->post("missing", "f", {i});
  }
  EXPECT_EQ(log.count("no script named 'missing' is loaded"), static_cast<std::size_t>(kBurst));
}

TEST_F(ScriptLogTest, AScriptWithTheNameOfAStandardModuleIsTold) {
  load("queue", "def f(): return __name__\n");
  EXPECT_EQ(call("queue", "f"), Value("queue_script"));
  EXPECT_EQ(log.count("queue: has the name of another module"), 1U);
}

TEST_F(ScriptLogTest, WhatAScriptDoesAsItShouldIsNotLogged) {
  load("good", "def OnUserLogin(nick): return nick != 'nick'\n");
  send(10);
  EXPECT_TRUE(log.lines().empty());
}

}  // namespace
}  // namespace hookline::test
