// A script that does not return costs the users one deadline. It is interrupted, or left behind
// and run again; the operators read why.

#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub_fixture.h"
#include "tests/support/held_pipe.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class StuckScript : public HubTest {
 public:
  StuckScript() {
    config.users = {{"Op", "secret", kClassOperator}};
    // A whole second, because the ladder looks at the scripts each second.
    config.decision_deadline = seconds(1);
    config.interrupt_after = seconds(10);
    config.quarantine_after = seconds(30);
  }

  // Lets time pass, in which the ladder looks at the scripts.
  void pass(seconds time) {
    for (seconds passed{}; passed < time; passed += seconds(1)) {
      clock.wait_for_sleeper(clock.now() + seconds(1));
      clock.advance(seconds(1));
    }
  }
  // Starts the script "busy", which does not return from the line "stuck", until it is late for it.
  void start_stuck(std::string_view stuck) {
    start({{"busy",
            "import ctypes\n"
            "def OnParsedMsgChat(nick, message):\n"
            "    if message == 'stuck':\n"
            "        " +
                std::string(stuck) +
                "\n"
                "    return 0 if message == 'bad' else 1\n"}},
          &clock);
    op.emplace(login("Op", {.password = "secret"}));
    a.emplace(login("A"));
    b.emplace(login("B"));
    static_cast<void>(op->sync());
    a->chat("stuck");
    wait_for_events(1);
    pass(seconds(1));
    b->expect("<A> stuck");
    EXPECT_THAT(told(), HasSubstr("has not answered"));
  }
  // Returns what the operators are told next.
  [[nodiscard]] std::string told() { return op->expect_prefix("$To: Op From: "); }
  // Returns the next two notices. The ladder and the script's worker send one each, in either
  // order.
  [[nodiscard]] std::vector<std::string> told_twice() {
    std::vector<std::string> notices;
    notices.push_back(told());
    notices.push_back(told());
    return notices;
  }
  void expect_that_it_decides() {
    a->chat("bad");
    a->chat("good");
    EXPECT_EQ(b->expect_prefix("<A> "), "<A> good");
  }

  std::optional<TestClient> op;
  std::optional<TestClient> a;
  std::optional<TestClient> b;
};

TEST_F(StuckScript, ALoopIsInterruptedAndTheScriptDecidesAgain) {
  start_stuck("while True: pass");
  a->chat("next");  // nobody waits for the script, so no time has to pass
  b->expect("<A> next");

  pass(seconds(11));
  EXPECT_THAT(told_twice(), UnorderedElementsAre(AllOf(HasSubstr("busy: it was interrupted"),
                                                       HasSubstr("in OnParsedMsgChat")),
                                                 HasSubstr("is waited for again")));
  EXPECT_GE(info("busy").interrupted, 1U);
  expect_that_it_decides();
}

TEST_F(StuckScript, CodeInCIsLeftBehindAndTheScriptRunsAgain) {
  const HeldPipe pipe(folder.path() / "pipe");
  start_stuck(pipe.keep_gil());
  pass(seconds(31));
  EXPECT_THAT(told_twice(), UnorderedElementsAre(AllOf(HasSubstr("busy: it has not returned"),
                                                       HasSubstr("in OnParsedMsgChat")),
                                                 HasSubstr("is waited for again")));
  EXPECT_EQ(info("busy").quarantined, 1U);
  EXPECT_EQ(info("busy").left_behind, 1U);
  expect_that_it_decides();
}

}  // namespace
}  // namespace hookline::test
