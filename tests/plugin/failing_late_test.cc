// Lets operator new fail at each place while a script is left behind or is late: then each future
// ends, the name can be loaded again, and the scripts beside go on.

#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <string>
#include <string_view>
#include <thread>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/hooks.h"
#include "plugin/event/script_entry.h"
#include "plugin/script/script_host_impl.h"
#include "tests/plugin/failing_scripts.h"
#include "tests/support/held_pipe.h"

namespace hookline::test {
namespace {

class FailingQuarantine : public FailingScripts {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "a sanitizer replaces operator new";
    }
    start_with({.interrupt_after = kForever, .quarantine_after = seconds(4)});
  }
  // Lets the next look happen.
  void look() {
    clock.clock.wait_for_sleeper(clock.now() + seconds(1));
    clock.clock.advance(seconds(1));
    clock.clock.wait_for_sleeper(clock.now() + seconds(1));
  }
};

TEST_F(FailingQuarantine, GoesOnWhenThereIsMemory) {
  int disabled = 0;
  int runs_again = 0;
  fail_each_allocation([&](int k) {
    const auto place = folder.path() / "pipe";
    std::filesystem::remove(place);
    HeldPipe pipe(place);
    load("a", "def hang():\n    open('" + place.string() + "').read()\ndef f(): return 1\n");
    auto hung = scripts->call("a", "hang", {});
    pipe.wait_for_reader();
    auto next = scripts->call("a", "f", {});
    clock.arm(k);
    for (int i = 0; i < 6; ++i) {
      look();
    }
    clock.disarm();
    while (!hung.ready()) {
      look();
    }
    EXPECT_EQ(hung.get().error().code, ErrorCode::kQuarantined);
    const auto result = next.get();
    if (result) {
      ++runs_again;
      EXPECT_EQ(call("a", "f"), Value(1));
    } else {
      ++disabled;
      EXPECT_EQ(result.error().code, ErrorCode::kQuarantined);
      look();  // shows what there was no memory for
      EXPECT_FALSE(scripts->find("a"));
    }
    pipe.close();
    while (HostAccess::impl(*scripts).pool.left_behind() != 0) {
      std::this_thread::yield();
    }
    expect_free_name();
    expect_health();
  });
  EXPECT_GT(runs_again, 0);
  EXPECT_GT(disabled, 0) << "there was no memory for the fresh worker";
}

class FailingDecision : public FailingScripts {
 protected:
  // Loads a script whose first event waits at a gate.
  ScriptId load_late(const Gate& gate, std::string_view then) {
    return load("a", std::string(kGateSource) +
                         "import vh\nfirst = [1]\ndef f(): return 1\n"
                         "def OnUserLogin(nick):\n    if first:\n        first.pop()\n"
                         "        wait_at('" +
                         gate.path() + "')\n        " + std::string(then) + "\n    return 0\n");
  }
  [[nodiscard]] bool is_late() const {
    const auto* const loaded = HostAccess::impl(*scripts).registry.read()->find("a");
    return loaded != nullptr && loaded->script->breaker.is_open();
  }
  [[nodiscard]] std::filesystem::path fresh_place() const {
    auto place = folder.path() / "gate";
    std::filesystem::remove(place);
    return place;
  }
};

TEST_F(FailingDecision, IsThereInTimeAndTheScriptIsWaitedForAgain) {
  fail_each_allocation([&](int k) {
    const Gate gate(fresh_place());
    const ScriptId id = load_late(gate, "");
    auto decision = scripts->decide(verlihub::kOnUserLogin, {"nick"}, seconds(1));
    auto answer = scripts->ask(id, verlihub::kOnUserLogin, {"nick"}, seconds(1));
    clock.clock.wait_for_sleeper(clock.now() + seconds(1));
    clock.arm(k);
    clock.clock.advance(seconds(1));
    const auto decided = decision.get();
    const auto answered = answer.get();
    clock.disarm();
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->late, 1U);
    EXPECT_EQ(answered.error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_TRUE(is_late());
    gate.open();
    EXPECT_EQ(call("a", "f"), Value(1));
    while (is_late()) {
      std::this_thread::yield();
    }
    EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
    expect_free_name();
    expect_health();
  });
}

TEST_F(FailingDecision, TheEndOfALateCallIsNoted) {
  fail_each_allocation([&](int k) {
    allowed = k;
    const Gate gate(fresh_place());
    load_late(gate, "vh.arm()");
    auto decision = scripts->decide(verlihub::kOnUserLogin, {"nick"}, seconds(1));
    clock.clock.wait_for_sleeper(clock.now() + seconds(1));
    clock.clock.advance(seconds(1));
    EXPECT_EQ(decision.get().value().late, 1U);
    gate.open();
    while (is_late()) {
      std::this_thread::yield();
    }
    FailingNew::disarm();
    EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
    expect_free_name();
    expect_health();
  });
}

// The sender has no memory. Either it hears of that at once, or the decision is there.
TEST_F(FailingDecision, ThatCannotBeAwaitedIsRefused) {
  const ScriptId id = load("a", "def OnUserLogin(nick): return 0\n");
  int refused = 0;
  const auto send = [&](auto ask) {
    fail_each_allocation([&](int k) {
      FailingNew::arm(k);
      auto future = [&] {
        try {
          return ask();
        } catch (const std::bad_alloc&) {
          return decltype(ask())();
        }
      }();
      FailingNew::disarm();
      if (!future.valid()) {
        ++refused;
        return;
      }
      const auto result = future.get();
      expect_no_memory(result);
      refused += result ? 0 : 1;
    });
  };
  const std::string large(1'000, 'x');
  send([&] { return scripts->decide(verlihub::kOnUserLogin, {"nick"}, seconds(1)); });
  send([&] { return scripts->decide(verlihub::kOnUserLogin, {large}, seconds(1)); });
  send([&] { return scripts->ask(id, verlihub::kOnUserLogin, {"nick"}, seconds(1)); });
  EXPECT_GT(refused, 1);
  expect_free_name();
  expect_health();
}

// The storage for the calls of an event is made when it first goes to so many scripts.
TEST_F(FailingDecision, AnEventThatHadNoRoomForItsCallsIsSentAgain) {
  constexpr int kStep = 3;  // more allocations than that follow each other there
  int refused = 0;
  const auto send = [&](int k) {
    scripts.reset();
    start_with({});
    load("a", "def OnUserLogin(nick): return 1\n");
    load("b", "def OnUserLogin(nick): return 1\n");
    load("c", "def OnUserLogin(nick): return 0\n");
    FailingNew::arm(k);
    try {
      (void)scripts->decide_wait(verlihub::kOnUserLogin, {"nick"});
    } catch (const std::bad_alloc&) {
      ++refused;
    }
    FailingNew::disarm();
    EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
  };
  fail_each_allocation(send, kStep);
  EXPECT_GT(refused, 2);
}

}  // namespace
}  // namespace hookline::test
