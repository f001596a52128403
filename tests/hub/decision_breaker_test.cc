// Tests that a script which does not return costs the users one deadline, and not one for each
// line. The hub's clock stands still after that deadline, so whatever arrives later was not waited
// for.

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "hub_fixture.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

namespace {

using ::testing::HasSubstr;

class DecisionBreakerTest : public HubTest {
 public:
  DecisionBreakerTest() {
    config.users = {{"Op", "secret", kClassOperator}};
    config.decision_deadline = std::chrono::milliseconds(20);
  }
  ~DecisionBreakerTest() override { let_go(); }

  // This script never gives up the processor, until the test lets it go.
  [[nodiscard]] Script busy() const {
    return {"busy",
            "import os.path\nseen = []\n"
            "def OnParsedMsgChat(nick, message):\n"
            "    seen.append(message)\n"
            "    while not os.path.exists('" +
                free_.string() +
                "'): pass\n"
                "def take(): return seen\n"};
  }
  void let_go() const { std::ofstream(free_) << "go"; }

 private:
  std::filesystem::path free_ = folder.path() / "free";
};

TEST_F(DecisionBreakerTest, OneLineIsLateAndTheNextOnesAreNot) {
  start({busy(),
         {"healthy",
          "seen = []\n"
          "def OnParsedMsgChat(nick, message):\n"
          "    seen.append(message)\n"
          "    return 0 if message == 'bad' else 1\n"
          "def take(): return seen\n"}},
        &clock);
  auto op = login("Op", {.password = "secret"});
  auto a = login("A");
  auto b = login("B");
  static_cast<void>(op.sync());
  a.chat("late");
  wait_for_events(1);
  clock.advance(config.decision_deadline);
  b.expect("<A> late");
  EXPECT_THAT(op.expect_prefix("$To: Op From: "),
              HasSubstr("busy: OnParsedMsgChat has not answered within 0.02 s"));
  List lines{"late"};
  for (int i = 0; i < 50; ++i) {
    const std::string line = std::to_string(i);
    a.chat(line);
    b.expect("<A> " + line);
    lines.emplace_back(line);
  }
  a.chat("bad");
  lines.emplace_back("bad");
  a.sync();
  EXPECT_FALSE(has(b.sync(), "bad")) << "the others still decide";
  EXPECT_EQ(info("busy").late, 1U);
  EXPECT_EQ(info("busy").missed, 0U);
  EXPECT_EQ(call("healthy", "take"), Value(lines));
  let_go();
  EXPECT_EQ(call("busy", "take"), Value(lines)) << "it gets all of them, in order";
  EXPECT_THAT(op.expect_prefix("$To: Op From: "), HasSubstr("is waited for again"));
}

TEST_F(DecisionBreakerTest, ItsDecisionCountsAgainWhenItHasCaughtUp) {
  start({{"busy", busy().source + "def OnParsedMsgPM(nick, message, to): return 0\n"}}, &clock);
  auto a = login("A");
  auto b = login("B");
  a.chat("late");
  wait_for_events(1);
  clock.advance(config.decision_deadline);
  b.expect("<A> late");
  a.pm("B", "passes");
  b.expect("$To: B From: A $<A> passes");
  let_go();
  static_cast<void>(call("busy", "take"));
  a.pm("B", "is blocked");
  a.sync();
  EXPECT_FALSE(has(b.sync(), "is blocked"));
}

TEST_F(DecisionBreakerTest, LinesAreBlockedImmediatelyIfThatIsTheDefault) {
  config.late_answer_allows = false;
  start({busy()}, &clock);
  auto a = login("A");
  auto b = login("B");
  a.chat("late");
  wait_for_events(1);
  clock.advance(config.decision_deadline);
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(a.expect_prefix("<" + config.bot_name + "> "), HasSubstr("was dropped"));
    a.chat("next");
  }
  EXPECT_FALSE(has(b.sync(), "<A> "));
}

TEST_F(DecisionBreakerTest, OnTimerDoesNotPileUp) {
  const Gate gate(folder.path() / "gate");
  config.timer_interval = std::chrono::seconds(1);
  start({{"slow", std::string(kGateSource) +
                      "ticks = 0\n"
                      "def OnTimer(msec):\n"
                      "    global ticks\n"
                      "    ticks += 1\n"
                      "    if ticks == 1: wait_at('" +
                      gate.path() + "')\ndef take(): return ticks\n"}},
        &clock);
  for (std::uint64_t i = 1; i <= 5; ++i) {
    clock.advance(std::chrono::seconds(1));
    wait_for_events(i);
  }
  while (info("slow").skipped < 4) {  // the hub counts an event before it sends it
    std::this_thread::yield();
  }
  EXPECT_EQ(info("slow").mailbox.accepted, 1U);
  EXPECT_EQ(info("slow").missed, 0U);
  gate.open();
  EXPECT_EQ(call("slow", "take"), Value(1));
  clock.advance(std::chrono::seconds(1));
  wait_for_events(6);
  while (call("slow", "take") != Value(2)) {
    std::this_thread::yield();
  }
  EXPECT_EQ(info("slow").skipped, 4U);
}

}  // namespace
}  // namespace hookline::test
