// A script that does not return costs the users one deadline. It is interrupted, or left behind
// and run again; the operators read why.

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <string_view>

#include "hookline/script_info.h"
#include "hub_fixture.h"
#include "tests/support/no_leak_check.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

class StuckScript : public HubTest {
 public:
  StuckScript() {
    config.users = {{"Op", "secret", kClassOperator}};
    config.decision_deadline = std::chrono::milliseconds(20);
    config.interrupt_after = seconds(10);
    config.quarantine_after = seconds(30);
  }

  // Lets the ladder look at the scripts for this time. It looks each second.
  void pass(seconds time) {
    for (seconds passed{}; passed < time; passed += seconds(1)) {
      clock.wait_for_sleeper(clock.now() + seconds(1));
      clock.advance(seconds(1));
    }
  }
  [[nodiscard]] ScriptInfo info(std::string_view name) const {
    for (auto& script : hub().scripts().scripts()) {
      if (script.name == name) {
        return script;
      }
    }
    return {};
  }
};

TEST_F(StuckScript, ALoopIsInterruptedAndTheScriptDecidesAgain) {
  start({{"busy",
          "def OnParsedMsgChat(nick, message):\n"
          "    while message == 'loop':\n"
          "        pass\n"
          "    return 0 if message == 'bad' else 1\n"}},
        &clock);
  auto op = login("Op", {.password = "secret"});
  auto a = login("A");
  auto b = login("B");
  static_cast<void>(op.sync());
  a.chat("loop");
  wait_for_events(1);
  clock.advance(config.decision_deadline);
  b.expect("<A> loop");
  a.chat("next");  // nobody waits for the script, so no time has to pass
  b.expect("<A> next");
  op.expect_prefix("$To: Op From: ");  // it is late

  pass(seconds(11));
  EXPECT_THAT(op.expect_prefix("$To: Op From: "),
              AllOf(HasSubstr("busy: it was interrupted"), HasSubstr("in OnParsedMsgChat")));
  op.expect_prefix("$To: Op From: ");  // it is waited for again
  EXPECT_GE(info("busy").interrupted, 1U);
  a.chat("bad");
  a.chat("good");
  EXPECT_EQ(b.expect_prefix("<A> "), "<A> good");
}

TEST_F(StuckScript, CodeInCIsLeftBehindAndTheScriptRunsAgain) {
  start({{"busy",
          "runs = []\n"
          "def OnParsedMsgChat(nick, message):\n"
          "    if message == 'c':\n"
          "        sum(range(3 * 10**8))\n"
          "    return 0 if message == 'bad' else 1\n"}},
        &clock);
  auto op = login("Op", {.password = "secret"});
  auto a = login("A");
  auto b = login("B");
  static_cast<void>(op.sync());
  a.chat("c");
  wait_for_events(1);
  clock.advance(config.decision_deadline);
  b.expect("<A> c");
  op.expect_prefix("$To: Op From: ");  // it is late

  pass(seconds(31));
  EXPECT_THAT(op.expect_prefix("$To: Op From: "),
              AllOf(HasSubstr("busy: it has not returned"), HasSubstr("in OnParsedMsgChat")));
  op.expect_prefix("$To: Op From: ");  // it is waited for again
  EXPECT_EQ(info("busy").quarantined, 1U);
  a.chat("bad");
  a.chat("good");
  EXPECT_EQ(b.expect_prefix("<A> "), "<A> good");
}

}  // namespace
}  // namespace hookline::test
