// Tests that the event loop delivers decisions and results.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hookline/hook.h"
#include "hookline/loop.h"
#include "hookline/script_info.h"
#include "hookline/typed_call.h"
#include "hookline/typed_hook.h"
#include "hookline/verlihub/hooks.h"
#include "plugin/script/host_access.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"
#include "tests/support/uv_test_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

using testing::Contains;
using testing::HasSubstr;

class Handler final : public DecisionHandler {
 public:
  explicit Handler(std::function<void(const Decision&)> then = {}) : then_(std::move(then)) {}
  void on_decision(const Decision& given) noexcept override {
    ++times;
    decision = given;
    if (then_) {
      then_(given);
    }
  }
  int times = 0;
  Decision decision;

 private:
  std::function<void(const Decision&)> then_;
};

class EventLoopTest : public ScriptHostTest {
 protected:
  ~EventLoopTest() override {
    if (scripts) {
      scripts->shutdown();
      scripts.reset();
    }
  }

  void start_on_loop(ScriptHostOptions options = {}) {
    start(std::move(options));
    scripts->attach_loop(loop.get());
  }

  ManualClock clock;  // outlives the scripts
  UvTestLoop loop;
};

TEST_F(EventLoopTest, DeliversTheDecision) {
  start_on_loop();
  load("a", "def OnParsedMsgChat(nick, message): return message.upper()\n");
  Handler handler;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnParsedMsgChat, {"nick", "hello"}, handler),
            Asked::kWaiting);
  EXPECT_EQ(handler.times, 0) << "never inside decide_on_loop()";
  loop.run_until([&] { return handler.times == 1; });
  const auto replaced = verlihub::replacement(handler.decision);
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->parts[1], "HELLO");
}

class KeptResult final : public ResultHandler {
 public:
  void on_result(Result<Value> given) noexcept override { result = std::move(given); }
  std::optional<Result<Value>> result;
};

TEST_F(EventLoopTest, DeliversTheResultOfACall) {
  start_on_loop();
  const ScriptId script = load("a", "def greet(nick, mark='.'): return 'hello ' + nick + mark\n");
  KeptResult kept;
  ASSERT_TRUE(scripts->call_on_loop(script, {.callee = "greet", .args = {"ann"}}, kept));
  EXPECT_FALSE(kept.result) << "never inside call_on_loop()";
  loop.run_until([&] { return kept.result.has_value(); });
  EXPECT_EQ(*kept.result, Value("hello ann."));
  kept.result.reset();
  ASSERT_TRUE(scripts->call_on_loop(
      "a", {.callee = "greet", .args = {"bob"}, .keywords = {{.name = "mark", .value = "!"}}},
      kept));
  loop.run_until([&] { return kept.result.has_value(); });
  EXPECT_EQ(*kept.result, Value("hello bob!"));
  kept.result.reset();
  ASSERT_TRUE(scripts->call_on_loop(script, {.callee = "missing"}, kept));
  loop.run_until([&] { return kept.result.has_value(); });
  EXPECT_EQ(kept.result->error().code, ErrorCode::kFunctionNotFound);
}

// Functions need no class of their own, for events and for calls.
TEST_F(EventLoopTest, DeliversToFunctions) {
  start_on_loop();
  load("a", "def OnUserLogin(nick): return False\ndef f(number): return number + 1\n");
  std::optional<bool> allowed;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"nick"},
                                    [&](const Decision& decision) { allowed = decision.allowed; }),
            Asked::kWaiting);
  loop.run_until([&] { return allowed.has_value(); });
  EXPECT_EQ(allowed, false);
  std::optional<Result<Value>> any;
  ASSERT_TRUE(scripts->call_on_loop("a", "f", {1}, [&](Result<Value> result) { any = result; }));
  loop.run_until([&] { return any.has_value(); });
  EXPECT_EQ(*any, Value(2));
  std::optional<Result<long>> number;
  ASSERT_TRUE(
      scripts->call_on_loop<long>("a", "f", {2}, [&](Result<long> result) { number = result; }));
  loop.run_until([&] { return number.has_value(); });
  EXPECT_EQ(number->value(), 3);
  number.reset();
  ASSERT_TRUE(
      scripts->call_on_loop<long>("a", "f", {0.5}, [&](Result<long> result) { number = result; }));
  loop.run_until([&] { return number.has_value(); });
  EXPECT_EQ(number->error().code, ErrorCode::kBadArguments) << "1.5 is no long";
  EXPECT_FALSE(scripts->call_on_loop("b", "f", {1}, [](const Result<Value>&) { FAIL(); }));
}

TEST_F(EventLoopTest, DeliversCallsWithKeywordsToFunctions) {
  start_on_loop();
  load("a", "def f(number, *, factor): return number * factor\n");
  const auto f = [](Value factor) {
    return ScriptCall{.callee = "f", .args = {2}, .keywords = {kw("factor", std::move(factor))}};
  };
  std::optional<Result<long>> number;
  ASSERT_TRUE(scripts->call_on_loop<long>("a", f(3), [&](Result<long> got) { number = got; }));
  loop.run_until([&] { return number.has_value(); });
  EXPECT_EQ(number->value(), 6);
  std::optional<Result<Value>> any;
  ASSERT_TRUE(scripts->call_on_loop("a", f("ab"), [&](Result<Value> got) { any = got; }));
  loop.run_until([&] { return any.has_value(); });
  EXPECT_EQ(*any, Value("abab"));
  EXPECT_FALSE(scripts->call_on_loop("b", f(1), [](const Result<Value>&) { FAIL(); }));
}

// The only worker runs its scripts in the order in which they are woken. So a call of another
// script from another thread, which is not held, ends after everything that was woken before it.
TEST_F(EventLoopTest, EventsOfATurnWakeTheirScriptWhenItEnds) {
  constexpr std::uint64_t kEvents = 10;
  start_on_loop({.workers = 1});
  const ScriptId script = load("a", "def OnUserLogin(nick): pass\n");
  load("before", "def f(): return 1\n");
  load("after", "def f(): return 1\n");
  const auto started = [&] {
    const auto infos = scripts->scripts();
    return std::ranges::find(infos, script, &ScriptInfo::id)->mailbox.started;
  };
  for (std::uint64_t i = 0; i < kEvents; ++i) {
    scripts->post(verlihub::kOnUserLogin, {"nick"});
  }
  std::thread([&] { call("before", "f"); }).join();
  EXPECT_EQ(started(), 0U) << "the wake-up is held until the turn ends";
  loop.turn();
  std::thread([&] { call("after", "f"); }).join();
  EXPECT_EQ(started(), kEvents);
}

TEST_F(EventLoopTest, SaysAtOnceWhatCannotBeDelivered) {
  start();
  const ScriptId script = load("a", "def f(): return 1\n");
  KeptResult kept;
  EXPECT_EQ(scripts->call_on_loop(script, {.callee = "f"}, kept).error().code,
            ErrorCode::kBadArguments);
  scripts->attach_loop(loop.get());
  EXPECT_EQ(scripts->call_on_loop("b", {.callee = "f"}, kept).error().code,
            ErrorCode::kScriptNotFound);
  EXPECT_EQ(
      scripts->call_on_loop(script, {.callee = "f", .options = {.timeout = Duration::zero()}}, kept)
          .error()
          .code,
      ErrorCode::kBadArguments);
  EXPECT_FALSE(kept.result);
}

TEST_F(EventLoopTest, ShutdownDeliversTheResultThatTheLoopDoesNot) {
  start_on_loop();
  const ScriptId script = load("a", "def f(): return 1\n");
  KeptResult kept;
  ASSERT_TRUE(scripts->call_on_loop(script, {.callee = "f"}, kept));
  scripts->shutdown();
  ASSERT_TRUE(kept.result);
  EXPECT_TRUE(*kept.result == Value(1) || kept.result->error().code == ErrorCode::kShuttingDown);
}

TEST_F(EventLoopTest, SaysAtOnceWhenNobodyHasTheHook) {
  start_on_loop();
  Handler handler;
  EXPECT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"nick"}, handler), Asked::kNobody);
  EXPECT_EQ(handler.times, 0);
  EXPECT_TRUE(decision_on(Asked::kNobody).allowed);
}

// A host that forgets its loop must not learn from a million lines of the log.
TEST_F(EventLoopTest, RefusesEventsWithoutALoopWithinABudgetOfTheLog) {
  const LogCapture log;
  start();
  load("a", "def OnUserLogin(nick): return False\n");
  Handler handler;
  constexpr int kEvents = 1000;
  for (int i = 0; i < kEvents; ++i) {
    ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"nick"}, handler), Asked::kRefused);
  }
  EXPECT_THAT(log.lines(), Contains(HasSubstr("call attach_loop() first")));
  EXPECT_LT(log.lines().size(), 100U);
  EXPECT_EQ(handler.times, 0);
  const Decision refused = decision_on(Asked::kRefused);
  EXPECT_FALSE(refused.allowed);
  EXPECT_TRUE(refused.blocked_by_default);
  EXPECT_EQ(refused.missed, 1U);
}

TEST_F(EventLoopTest, DeliversEachOfManyOnce) {
  start_on_loop();
  load("a", "def OnUserLogin(nick): return int(nick) % 2\n");
  load("b", "def OnUserLogin(nick): return int(nick) % 3\n");
  constexpr int kEvents = 20'000;
  int delivered = 0;
  std::vector<std::unique_ptr<Handler>> handlers;
  for (int i = 0; i < kEvents; ++i) {
    handlers.push_back(std::make_unique<Handler>([&](const Decision&) { ++delivered; }));
    ASSERT_EQ(
        scripts->decide_on_loop(verlihub::kOnUserLogin, {std::to_string(i)}, *handlers.back()),
        Asked::kWaiting);
  }
  loop.run_until([&] { return delivered == kEvents; });
  for (int i = 0; i < kEvents; ++i) {
    const Handler& handler = *handlers[static_cast<std::size_t>(i)];
    EXPECT_EQ(handler.times, 1);
    EXPECT_EQ(handler.decision.allowed, i % 2 != 0 && i % 3 != 0) << i;
  }
}

TEST_F(EventLoopTest, AHandlerMayAskForTheNext) {
  start_on_loop();
  load("a", "def OnUserLogin(nick): return True\n");
  int left = 100;
  std::unique_ptr<Handler> handler;
  handler = std::make_unique<Handler>([&](const Decision&) {
    if (--left > 0) {
      EXPECT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"nick"}, *handler),
                Asked::kWaiting);
    }
  });
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"nick"}, *handler), Asked::kWaiting);
  loop.run_until([&] { return left == 0; });
  EXPECT_EQ(handler->times, 100);
}

TEST_F(EventLoopTest, ServesTheScriptsCalls) {
  start_on_loop();
  load("a", "import vh\ndef OnUserLogin(nick): return vh.mc(nick)\n");
  Handler handler;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"nick"}, handler), Asked::kWaiting);
  loop.run_until([&] { return handler.times == 1; });
  EXPECT_EQ(host.requests().size(), 1U);
}

class Deadlines : public EventLoopTest {
 protected:
  void start_with_gate() {
    start_on_loop({.decision_deadline = std::chrono::seconds(3),
                   .late_answer_allows = false,
                   .clock = &clock});
    one.emplace(folder.path() / "one");
    two.emplace(folder.path() / "two");
    load("slow", std::string(kGateSource) + "def OnUserLogin(nick): wait_at('" +
                     folder.path().string() +
                     "/' + nick)\n"
                     "def ping(): return 1\n");
    load("quick",
         "def OnUserLogin(nick): return ('$Line ' + nick, 1)\n"
         "def ping(): return 1\n");
  }

  // The slow script waits at these gates in the events of the users "one" and "two".
  std::optional<Gate> one;
  std::optional<Gate> two;
};

TEST_F(Deadlines, GiveTheDefaultDecisionForScriptsThatAreLate) {
  start_with_gate();
  Handler first;
  Handler second;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"one"}, first), Asked::kWaiting);
  EXPECT_EQ(call("quick", "ping"), Value(1));  // it has answered the event by now
  clock.advance(std::chrono::seconds(1));
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"two"}, second), Asked::kWaiting);
  EXPECT_EQ(call("quick", "ping"), Value(1));

  clock.advance(std::chrono::milliseconds(1999));
  detail::HostAccess::expire_decisions(*scripts);
  EXPECT_EQ(first.times, 0);

  clock.advance(std::chrono::milliseconds(1));
  detail::HostAccess::expire_decisions(*scripts);
  EXPECT_EQ(first.times, 1);
  EXPECT_EQ(second.times, 1) << "it waited for nothing but a script that is late";
  EXPECT_FALSE(first.decision.allowed);
  EXPECT_EQ(first.decision.late, 1U);
  EXPECT_EQ(verlihub::protocol_lines(first.decision), std::vector<std::string_view>{"$Line one"});

  one->open();
  two->open();
  EXPECT_FALSE(second.decision.allowed);
  EXPECT_EQ(second.decision.late, 1U);
  EXPECT_EQ(call("slow", "ping"), Value(1));
  EXPECT_EQ(first.times, 1) << "a late answer must not come again";
}

TEST_F(Deadlines, DetachingGivesWhatIsPendingItsDecision) {
  start_with_gate();
  Handler handler;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"one"}, handler), Asked::kWaiting);
  EXPECT_EQ(call("quick", "ping"), Value(1));
  scripts->detach_loop();
  EXPECT_EQ(handler.times, 1);
  EXPECT_FALSE(handler.decision.allowed);
  EXPECT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"two"}, handler), Asked::kRefused);
  one->open();
  EXPECT_EQ(call("slow", "ping"), Value(1));
  EXPECT_EQ(handler.times, 1);
}

// A script that is held up delays only the events that it decides about, and no other script.
TEST_F(Deadlines, ASlowScriptDelaysNobodyElse) {
  start_with_gate();
  load("chat",
       "seen = []\ndef OnParsedMsgChat(nick, message): seen.append(message)\n"
       "def get(): return seen\n");
  std::string order;
  Handler login([&](const Decision&) { order += "login "; });
  Handler chat1([&](const Decision&) { order += "chat1 "; });
  Handler chat2([&](const Decision&) { order += "chat2 "; });
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"one"}, login), Asked::kWaiting);
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnParsedMsgChat, {"two", "first"}, chat1),
            Asked::kWaiting);
  loop.run_until([&] { return chat1.times == 1; });
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnParsedMsgChat, {"two", "second"}, chat2),
            Asked::kWaiting);
  loop.run_until([&] { return chat2.times == 1; });
  EXPECT_EQ(call("chat", "get"), Value(List{"first", "second"}));
  EXPECT_EQ(login.times, 0);
  one->open();
  loop.run_until([&] { return login.times == 1; });
  EXPECT_EQ(order, "chat1 chat2 login ");
}

}  // namespace
}  // namespace hookline::test
