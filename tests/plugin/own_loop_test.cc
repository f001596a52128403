// Tests that scripts are served on an event loop that the host brings.

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "hookline/function.h"
#include "hookline/hook.h"
#include "hookline/loop.h"
#include "plugin/script/host_access.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/manual_clock.h"
#include "tests/support/manual_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

class KeptDecision final : public DecisionHandler {
 public:
  void on_decision(const Decision& given) noexcept override {
    decision = given;
    thread = std::this_thread::get_id();
  }
  std::optional<Decision> decision;
  std::thread::id thread;
};

class KeptResult final : public ResultHandler {
 public:
  void on_result(Result<Value> given) noexcept override { result = std::move(given); }
  std::optional<Result<Value>> result;
};

class OnOwnLoop : public ScriptHostTest {
 protected:
  ~OnOwnLoop() override { scripts.reset(); }

  void run_until(const std::function<bool()>& done) {
    while (!done()) {
      loop.sleep();
      while (loop.turn()) {
      }
    }
  }

  ManualClock clock;  // both outlive the scripts
  ManualLoop loop;
};

TEST_F(OnOwnLoop, DecisionsAndResultsArrive) {
  start();
  scripts->attach_loop(loop);
  load("a", "def OnUserLogin(nick): return nick != 'spam'\ndef f(): return 7\n");
  KeptDecision kept;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"spam"}, kept), Asked::kWaiting);
  EXPECT_FALSE(kept.decision) << "never inside decide_on_loop()";
  run_until([&] { return kept.decision.has_value(); });
  EXPECT_FALSE(kept.decision->allowed);
  EXPECT_EQ(kept.thread, std::this_thread::get_id());
  KeptResult seven;
  ASSERT_TRUE(scripts->call_on_loop("a", {.callee = "f"}, seven));
  run_until([&] { return seven.result.has_value(); });
  EXPECT_EQ(*seven.result, Value(7));
  scripts->shutdown();
  EXPECT_EQ(loop.stops, 1);
}

TEST_F(OnOwnLoop, ScriptsCallTheHostOnItsThread) {
  start();
  scripts->attach_loop(loop);
  std::optional<std::thread::id> thread;
  ASSERT_TRUE(scripts->def("note", [&](long number) {
    thread = std::this_thread::get_id();
    return number + 1;
  }));
  load("a", "import vh\ndef f(): return vh.note(1)\n");
  KeptResult kept;
  ASSERT_TRUE(scripts->call_on_loop("a", {.callee = "f"}, kept));
  run_until([&] { return kept.result.has_value(); });
  EXPECT_EQ(*kept.result, Value(2));
  EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST_F(OnOwnLoop, JobsOfTheHostExecutorRun) {
  start();
  scripts->attach_loop(loop);
  std::optional<std::thread::id> thread;
  std::thread([&] {
    scripts->host_executor().post_function([&] { thread = std::this_thread::get_id(); });
  }).join();
  run_until([&] { return thread.has_value(); });
  EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST_F(OnOwnLoop, TheTimerEndsTheWaitForADecision) {
  start({.decision_deadline = 3s, .late_answer_allows = false, .clock = &clock});
  scripts->attach_loop(loop);
  const Gate gate(folder.path() / "gate");
  load("a", std::string(kGateSource) + "def OnUserLogin(nick): wait_at('" +
                (folder.path() / "gate").string() + "')\n");
  KeptDecision kept;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kWaiting);
  ASSERT_EQ(loop.delay, 3s);
  clock.advance(2s);
  loop.run_out_timer();
  EXPECT_FALSE(kept.decision) << "the timer was too early";
  ASSERT_EQ(loop.delay, 1s) << "and is set again";
  clock.advance(1s);
  loop.run_out_timer();
  ASSERT_TRUE(kept.decision);
  EXPECT_FALSE(kept.decision->allowed);
  EXPECT_FALSE(loop.delay);
  gate.open();
}

TEST_F(OnOwnLoop, ADeadlineMayBeForever) {
  start({.decision_deadline = kForever, .late_answer_allows = false, .clock = &clock});
  clock.advance(1s);
  scripts->attach_loop(loop);
  load("a", "def OnUserLogin(nick): return True\n");
  KeptDecision kept;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kWaiting);
  HostAccess::expire_decisions(*scripts);
  EXPECT_FALSE(kept.decision) << "the event cannot be late";
  run_until([&] { return kept.decision.has_value(); });
  EXPECT_TRUE(kept.decision->allowed);
  EXPECT_EQ(kept.decision->late, 0U);
}

// A loop that does not tell when its turn ends must not keep events from sleeping scripts.
TEST_F(OnOwnLoop, EventsWakeTheirScriptImmediatelyIfTurnsAreUnknown) {
  start();
  scripts->attach_loop(loop);
  load("a", "import vh\ndef OnUserLogin(nick): vh.mc(nick)\n");
  scripts->post(verlihub::kOnUserLogin, {"ann"});
  run_until([&] { return !host.requests().empty(); });
  const auto requests = host.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].args.at(0), Value("ann"));
}

TEST_F(OnOwnLoop, ALoopThatRefusesIsNotAttached) {
  start();
  loop.refuses = true;
  EXPECT_THROW(scripts->attach_loop(loop), std::runtime_error);
  load("a", "def OnUserLogin(nick): pass\n");
  KeptDecision kept;
  EXPECT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kRefused);
  loop.refuses = false;
  scripts->attach_loop(loop);
  EXPECT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kWaiting);
  run_until([&] { return kept.decision.has_value(); });
}

TEST_F(OnOwnLoop, AnotherLoopReplacesIt) {
  ManualLoop second;
  start();
  scripts->attach_loop(second);
  load("a", "def OnUserLogin(nick): pass\n");
  KeptDecision kept;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kWaiting);
  scripts->attach_loop(loop);
  EXPECT_EQ(second.stops, 1);
  EXPECT_TRUE(kept.decision) << "what was pending has its default";
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"bob"}, kept), Asked::kWaiting);
  kept.decision.reset();
  run_until([&] { return kept.decision.has_value(); });
  scripts->detach_loop();
  EXPECT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"cid"}, kept), Asked::kRefused);
}

TEST_F(OnOwnLoop, ALoopThatRefusesLeavesTheAttachedOneInItsPlace) {
  ManualLoop refusing;
  refusing.refuses = true;
  start();
  scripts->attach_loop(loop);
  load("a", "import vh\ndef OnUserLogin(nick): return vh.mc(nick)\n");
  KeptDecision kept;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kWaiting);
  EXPECT_THROW(scripts->attach_loop(refusing), std::runtime_error);
  EXPECT_FALSE(kept.decision) << "it is still awaited";
  EXPECT_EQ(loop.stops, 0);
  run_until([&] { return kept.decision.has_value(); });
  EXPECT_EQ(host.requests().size(), 1U) << "calls into the host are served, too";
  kept.decision.reset();
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"bob"}, kept), Asked::kWaiting);
  run_until([&] { return kept.decision.has_value(); });
}

TEST_F(OnOwnLoop, TheSameLoopMayBeAttachedAgain) {
  start();
  load("a", "import vh\ndef OnUserLogin(nick): return vh.mc(nick)\n");
  for (int i = 1; i <= 3; ++i) {
    scripts->attach_loop(loop);
    EXPECT_EQ(loop.starts, i);
    EXPECT_EQ(loop.stops, i - 1);
    KeptDecision kept;
    ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kWaiting);
    run_until([&] { return kept.decision.has_value(); });
    EXPECT_EQ(host.requests().size(), static_cast<std::size_t>(i));
  }
  loop.refuses = true;
  EXPECT_THROW(scripts->attach_loop(loop), std::runtime_error);
  EXPECT_EQ(loop.stops, 3) << "it had to stop";
  KeptDecision kept;
  EXPECT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kRefused);
}

TEST_F(OnOwnLoop, ASharedLoopIsKeptUntilTheScriptHostEnds) {
  start();
  auto shared = std::make_shared<ManualLoop>();
  const std::weak_ptr<ManualLoop> watched = shared;
  scripts->attach_loop(std::move(shared));
  ASSERT_FALSE(watched.expired());
  scripts->shutdown();
  scripts.reset();
  EXPECT_TRUE(watched.expired());
}

TEST_F(OnOwnLoop, APollLoopServesScripts) {
  PollLoop polled(PollLoop::Turns::kReported);
  start();
  scripts->attach_loop(polled);
  load("a", "import vh\ndef OnUserLogin(nick): return vh.mc(nick)\n");
  KeptDecision kept;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"ann"}, kept), Asked::kWaiting);
  while (!kept.decision) {
    polled.end_turn();
    pollfd watched{.fd = polled.fd(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(poll(&watched, 1, -1), 1);
    polled.run_ready();
  }
  EXPECT_EQ(host.requests().size(), 1U);
  scripts->shutdown();
}

}  // namespace
}  // namespace hookline::test
