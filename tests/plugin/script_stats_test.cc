// Tests what ScriptHost says about its scripts: counters, the last error, latencies.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {

using namespace detail;

namespace {

class ScriptStats : public ScriptHostTest {
 protected:
  // The scripts end before the clock and the log do.
  void TearDown() override { scripts.reset(); }

  [[nodiscard]] ScriptInfo info() const { return scripts->scripts().at(0); }

  LogCapture log;
  ManualClock clock;
};

TEST_F(ScriptStats, AScriptThatHasDoneNothingHasNone) {
  start();
  const ScriptId id = load("a", "");
  EXPECT_EQ(info().errors, 0U);
  EXPECT_EQ(info().missed, 0U);
  EXPECT_FALSE(info().last_error);
  const auto latencies = scripts->latencies(id);
  ASSERT_TRUE(latencies);
  EXPECT_EQ(latencies->total.count, 0U);
  EXPECT_EQ(latencies->total.max, Duration::zero());
}

TEST_F(ScriptStats, ErrorsOfEventsAndOfCallsAreCountedForTheirScript) {
  start({.clock = &clock});
  load("a",
       "def OnUserLogin(nick): raise ValueError(nick)\n"
       "def good(): return 1\n"
       "def bad(): raise KeyError('k')\n"
       "def odd(): return object()\n");
  load("b", "def OnUserLogin(nick): return 1\n");
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(scripts->decide_wait(verlihub::kOnUserLogin, {"ann"}));
  }
  EXPECT_EQ(info().errors, 3U);
  EXPECT_EQ(info().last_error->error.to_string(), "script_raised: ValueError: ann");
  EXPECT_EQ(info().last_error->at, clock.now());

  clock.advance(std::chrono::seconds(7));
  EXPECT_FALSE(scripts->call("a", "bad", {}).get());
  EXPECT_EQ(info().errors, 4U);
  EXPECT_EQ(info().last_error->error.python_type, "KeyError");
  EXPECT_EQ(info().last_error->at, clock.now());
  EXPECT_FALSE(scripts->call("a", "odd", {}).get());
  EXPECT_EQ(info().last_error->error.code, ErrorCode::kUnsupportedType);

  EXPECT_EQ(call("a", "good"), Value(1));
  EXPECT_FALSE(scripts->call("a", "missing", {}).get());  // the caller's mistake
  EXPECT_EQ(info().errors, 5U);
  EXPECT_EQ(info().mailbox.started, 7U);

  const ScriptInfo other = scripts->scripts().at(1);
  EXPECT_EQ(other.errors, 0U);
  EXPECT_FALSE(other.last_error);
}

TEST_F(ScriptStats, EventsThatAFullMailboxDoesNotTakeAreMissedAndNoErrors) {
  start({.mailbox = {.capacity = 4}});
  const Gate gate(folder.path() / "gate");
  load("slow", std::string(kGateSource) + "def hold(path): wait_at(path)\n" +
                   "def OnUserLogin(nick): return 1\n");
  auto held = scripts->call("slow", "hold", {gate.path()});
  while (info().mailbox.started == 0) {
    std::this_thread::yield();
  }
  for (int i = 0; i < 10; ++i) {
    scripts->post(verlihub::kOnUserLogin, {"ann"});
  }
  EXPECT_EQ(info().missed, 6U);
  EXPECT_EQ(info().mailbox.rejected, 6U);
  EXPECT_EQ(info().mailbox.waiting, 4U);
  gate.open();
  EXPECT_TRUE(held.get());
  EXPECT_EQ(info().errors, 0U);
}

TEST_F(ScriptStats, LatenciesAreThoseOfTheScript) {
  start({.workers = 1});
  const ScriptId busy = load("busy", "def f(): return sum(range(1000))\n");
  const ScriptId idle = load("idle", "");
  load("last", "def f(): pass\n");
  constexpr std::uint64_t kCalls = 100;
  for (std::uint64_t i = 0; i < kCalls; ++i) {
    EXPECT_EQ(call("busy", "f"), Value(499'500));
    // Scripts of one worker take turns. When "last" has had its turn, that of "busy" is over and
    // its mailbox is quiet, so each call of it is measured.
    EXPECT_EQ(call("last", "f"), Value());
  }
  const auto latencies = scripts->latencies(busy);
  ASSERT_TRUE(latencies);
  for (const LatencySummary& summary : {latencies->queue_wait, latencies->run, latencies->total}) {
    EXPECT_EQ(summary.count, kCalls);
    EXPECT_GT(summary.p50, Duration::zero());
    EXPECT_LE(summary.p50, summary.p99);
    EXPECT_LE(summary.p99, summary.max);
  }
  EXPECT_GE(latencies->total.max, latencies->run.max);
  EXPECT_GE(latencies->total.max, latencies->queue_wait.max);
  EXPECT_EQ(scripts->latencies(idle)->total.count, 0U);
}

TEST_F(ScriptStats, AScriptThatIsGoneHasNoneAndItsSuccessorBeginsAnew) {
  start();
  const ScriptId id = load("a", "def f(): raise ValueError()\n");
  EXPECT_FALSE(scripts->call(id, "f", {}).get());
  EXPECT_EQ(info().errors, 1U);
  ASSERT_TRUE(scripts->unload(id).get());
  EXPECT_FALSE(scripts->latencies(id));
  EXPECT_FALSE(scripts->latencies(ScriptId{99}));
  load("a", "def f(): return 1\n");
  EXPECT_EQ(info().errors, 0U);
  EXPECT_FALSE(info().last_error);
}

}  // namespace
}  // namespace hookline::test
