// Tests what late and missed answers count as, in each way to ask for a decision.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_info.h"
#include "hookline/typed_hook.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/manual_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr auto kOnPay = hook<>("on_pay", {}, veto, LateAnswer::kBlocks);
constexpr auto kOnTalk = hook<>("on_talk", {}, veto, LateAnswer::kAllows);

constexpr std::string_view kGatedScript =
    "def on_pay(): return None\n"
    "def on_talk(): return None\n";

class LateAnswers : public ScriptHostTest {
 protected:
  using Ask = std::function<Decision(const HookEvent&)>;

  Future<Decision> coroutine(const HookEvent& event) {
    Result<Decision> decision = co_await scripts->decide(event, kDeadline);
    co_return decision;
  }

  // Asks in each way that a host may use.
  void each_way(const std::function<void(const Ask&)>& check) {
    check([&](const HookEvent& event) { return scripts->decide_wait(event, kDeadline); });
    check([&](const HookEvent& event) { return scripts->decide(event, kDeadline).get().value(); });
    check([&](const HookEvent& event) { return coroutine(event).get().value(); });
    check([&](const HookEvent& event) {
      ManualLoop loop;
      scripts->attach_loop(loop);
      std::optional<Decision> decision;
      EXPECT_EQ(scripts->decide_on_loop(event, [&](const Decision& made) { decision = made; }),
                Asked::kWaiting);
      scripts->detach_loop();  // ends the wait as a deadline does
      return decision.value_or(Decision());
    });
  }

  static constexpr std::chrono::milliseconds kDeadline{1};
};

TEST_F(LateAnswers, MissedAndLateAnswersAreTheSame) {
  start({.hooks = {kOnPay, kOnTalk}, .mailbox = {.capacity = 1, .overflow = Overflow::kReject}});
  const Gate gate(folder.path() / "gate");
  const ScriptId script = load("a", std::string(kGateSource) + std::string(kGatedScript));
  auto held = scripts->call("a", "wait_at", {gate.path()});
  while (scripts->scripts()[0].mailbox.started == 0) {
    std::this_thread::yield();
  }
  // The first question is in the mailbox and late; the others find the mailbox full.
  EXPECT_EQ(scripts->decide_wait(kOnPay(), kDeadline).late, 1U);
  ASSERT_EQ(scripts->scripts()[0].mailbox.waiting, 1U);
  each_way([&](const Ask& ask) {
    const Decision pay = ask(kOnPay());
    EXPECT_EQ(pay.late + pay.missed, 1U);
    EXPECT_FALSE(pay.allowed);
    EXPECT_TRUE(pay.blocked_by_default);
    const Decision talk = ask(kOnTalk());
    EXPECT_EQ(talk.late + talk.missed, 1U);
    EXPECT_TRUE(talk.allowed);
    EXPECT_FALSE(talk.blocked_by_default);
  });
  gate.open();
  EXPECT_TRUE(held.get());
  EXPECT_TRUE(scripts->unload(script).get());
}

TEST_F(LateAnswers, AMailboxThatTakesNothingBlocksByDefault) {
  start({.hooks = {kOnPay, kOnTalk}, .mailbox = {.capacity = 1, .overflow = Overflow::kReject}});
  const Gate gate(folder.path() / "gate");
  load("a", std::string(kGateSource) + std::string(kGatedScript));
  auto held = scripts->call("a", "wait_at", {gate.path()});
  while (scripts->scripts()[0].mailbox.started == 0) {
    std::this_thread::yield();
  }
  scripts->post(kOnTalk());  // fills the mailbox
  each_way([&](const Ask& ask) {
    const Decision pay = ask(kOnPay());
    EXPECT_EQ(pay.missed, 1U);
    EXPECT_TRUE(pay.blocked_by_default);
    EXPECT_TRUE(ask(kOnTalk()).allowed);
  });
  gate.open();
  EXPECT_TRUE(held.get());
}

TEST_F(LateAnswers, WhatAScriptHasBlockedIsNotBlockedByDefault) {
  start({.hooks = {kOnPay, kOnTalk}});
  const Gate gate(folder.path() / "gate");
  load("late", std::string(kGateSource) + "def on_pay(): wait_at('" + gate.path() + "')\n");
  load("strict", "def on_pay(): return False\n");
  const Decision decision = scripts->decide_wait(kOnPay(), std::chrono::milliseconds(500));
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.late, 1U);
  EXPECT_FALSE(decision.blocked_by_default);
  gate.open();
}

TEST_F(LateAnswers, AScriptThatIsAskedAndLateIsNotWaitedForEither) {
  start({.hooks = {kOnPay, kOnTalk}});
  const Gate gate(folder.path() / "gate");
  const ScriptId script = load("a", std::string(kGateSource) +
                                        "seen = 0\n"
                                        "def on_pay():\n  global seen\n  seen += 1\n  return seen\n"
                                        "def on_talk(): wait_at('" +
                                        gate.path() + "')\n");
  const auto ask = [&](Hook hook, Duration timeout) {
    return scripts->ask(script, hook, {}, timeout).get();
  };
  constexpr Hook kPay{0};
  constexpr Hook kTalk{1};
  EXPECT_EQ(ask(kTalk, kDeadline).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(scripts->scripts()[0].late, 1U);
  // Its answer counts as late everywhere, and nobody waits for it.
  EXPECT_EQ(ask(kPay, kPatience).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(scripts->decide_wait(kOnPay(), kPatience).late, 1U);
  auto patient = scripts->ask(script, kPay, {});
  gate.open();
  EXPECT_EQ(patient.get().value(), Value(3)) << "it got them all";
  EXPECT_EQ(ask(kPay, kPatience).value(), Value(4));
  EXPECT_EQ(scripts->scripts()[0].late, 1U);
}

}  // namespace
}  // namespace hookline::test
