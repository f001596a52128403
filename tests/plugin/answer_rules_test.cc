// Tests the rules for answers that come with the library, and events whose arguments have any kind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/typed_hook.h"
#include "plugin/event/answer.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"

namespace hookline::test {

using namespace detail;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr auto kOnSeen = hook<std::string>("on_seen", {"player"});
constexpr auto kOnJoin = hook<std::string>("on_join", {"player"}, veto);
constexpr auto kOnMove =
    hook<std::string, double, bool>("on_move", {"player", "x", "runs"}, last_replacement);
constexpr auto kOnName = hook<>("on_name", {}, first_answer);
constexpr auto kOnAsk = hook<>("on_ask", {}, all_answers);

// Returns what becomes of the results of several scripts.
Decision decide(const HookRow& row, std::initializer_list<Value> results) {
  Decision decision;
  for (const Value& result : results) {
    merge(decision, row, read_answer(row, result));
  }
  return decision;
}

void expect_no_meaning(const HookRow& row, const Value& result) {
  const ScriptAnswer answer = read_answer(row, result);
  EXPECT_EQ(answer.kind, ScriptAnswer::Kind::kUnexpected) << result.repr();
  EXPECT_TRUE(answer.content.replaced.empty()) << result.repr();
}

Dict dict(Value key, Value item) {
  Dict made;
  made.items.emplace_back(std::move(key), std::move(item));
  return made;
}

TEST(AnswerRules, ObserversMayReturnAnything) {
  for (const Value& result : {Value(), Value(false), Value("text"), Value(List{1})}) {
    EXPECT_EQ(read_answer(kOnSeen, result).kind, ScriptAnswer::Kind::kGoOn) << result.repr();
  }
}

TEST(AnswerRules, OneVetoIsEnough) {
  const Value big(std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(decide(kOnJoin, {Value(), Value(true), Value(1), big}).allowed);
  EXPECT_FALSE(decide(kOnJoin, {Value(true), Value(false), Value(true)}).allowed);
  EXPECT_FALSE(decide(kOnJoin, {Value(0)}).allowed);
  expect_no_meaning(kOnJoin, Value("no"));
  expect_no_meaning(kOnJoin, Value(Tuple{{"ann"}}));
}

TEST(AnswerRules, TheLastReplacementOfAnArgumentCounts) {
  const Decision decision = decide(
      kOnMove, {Value(Tuple{{"ann", 1.5, nullptr}}), Value(dict("player", "bob")), Value(true)});
  EXPECT_TRUE(decision.allowed);
  ASSERT_EQ(decision.replaced.size(), 3U);
  ASSERT_TRUE(decision.replaced[0] && decision.replaced[1]);
  EXPECT_EQ(*decision.replaced[0], Value("bob"));
  EXPECT_EQ(*decision.replaced[1], Value(1.5));
  EXPECT_FALSE(decision.replaced[2]);
  EXPECT_FALSE(decide(kOnMove, {Value(dict("x", 1.0)), Value(false)}).allowed);
  EXPECT_TRUE(decide(kOnMove, {Value(Tuple{{nullptr, nullptr, nullptr}})}).replaced.empty());
}

TEST(AnswerRules, AnIntThatReplacesAFloatBecomesOne) {
  const auto replaced = decide(kOnMove, {Value(dict("x", 2))}).replaced;
  ASSERT_EQ(replaced.size(), 3U);
  ASSERT_TRUE(replaced[1]);
  EXPECT_EQ(replaced[1]->kind(), Kind::kDouble);
}

TEST(AnswerRules, AReplacementMustFit) {
  expect_no_meaning(kOnMove, Value(Tuple{{"ann", 1.5}}));
  expect_no_meaning(kOnMove, Value(Tuple{{"ann", 1.5, true, 1}}));
  expect_no_meaning(kOnMove, Value(Tuple{{"ann", "far", true}}));
  expect_no_meaning(kOnMove, Value(Tuple{{"ann", 1.5, 1}}));
  expect_no_meaning(kOnMove, Value(dict("y", 1.5)));
  expect_no_meaning(kOnMove, Value(dict("", 1.5)));
  expect_no_meaning(kOnMove, Value(dict(1, 1.5)));
  expect_no_meaning(kOnMove, Value(List{"ann", 1.5, true}));
  expect_no_meaning(kOnMove, Value("bob"));
}

// False is an answer here, and blocks nothing.
TEST(AnswerRules, AnswersAreCollectedInLoadOrder) {
  const Decision first = decide(kOnName, {Value(), Value(false), Value("bob")});
  EXPECT_TRUE(first.allowed);
  EXPECT_EQ(first.answers, std::vector<Value>{Value(false)});
  const Decision all = decide(kOnAsk, {Value(1), Value(), Value("bob")});
  EXPECT_TRUE(all.allowed);
  EXPECT_EQ(all.answers, (std::vector<Value>{Value(1), Value("bob")}));
}

// An event refers to its arguments, so that what would become a temporary Value does not compile.
// Neither does a number that may not fit, or a char, which may be meant as a text.
constexpr auto kTyped = hook<std::string, std::int64_t, double, Value>(
    "on_typed", {"text", "number", "part", "any"}, observe);
template <class... Given>
constexpr bool kFits = std::is_invocable_v<decltype(kTyped), Given...>;
static_assert(kFits<const char*, int, float, Value>);
static_assert(kFits<std::string_view, std::uint32_t, int, std::string>);
static_assert(kFits<std::string, std::int8_t, double, Bytes>);
static_assert(kFits<std::string, long long, double, std::nullptr_t>);
static_assert(kFits<std::string, int, double, bool> && kFits<std::string, int, double, float>);
static_assert(!kFits<std::string, int, double, Dict> && !kFits<std::string, int, double, List>);
static_assert(!kFits<std::string, int, double, Handle>);
static_assert(!kFits<std::string, int, double, std::vector<long>>);
static_assert(!kFits<std::string, int, double, std::size_t>);
static_assert(!kFits<std::string, std::size_t, double, int>);
static_assert(!kFits<std::string, bool, double, int> && !kFits<std::string, char, double, int>);
static_assert(!kFits<char, int, double, int> && !kFits<std::string, int, double, char>);
static_assert(!kFits<std::string, int, char, int> && !kFits<std::string, int, double>);

class OwnHooks : public ScriptHostTest {};

TEST_F(OwnHooks, ArgumentsMayHaveAnyKind) {
  constexpr auto kOnAll = hook<std::string, Bytes, std::int64_t, double, bool, Value>(
      "on_all", {"text", "raw", "number", "part", "is_on", "more"}, all_answers);
  start({.hooks = {kOnAll}});
  load("a", "def on_all(*args): return list(args)\n");
  const Bytes raw{std::string("\0\xff", 2)};
  const Value more(List{1, "x"});
  for (const std::string& text : {std::string("ann"), std::string(1000, 'x')}) {
    for (const Value& last : {more, Value(7), Value()}) {
      const Decision decision = scripts->decide_wait(kOnAll(text, raw, -1, 0.5, true, last));
      ASSERT_EQ(decision.answers.size(), 1U);
      EXPECT_EQ(decision.answers[0], Value(List{text, raw, -1, 0.5, true, last}));
    }
  }
}

TEST_F(OwnHooks, AHookSaysWhatALateAnswerCountsAs) {
  constexpr auto kOnPay = hook<>("on_pay", {}, veto, LateAnswer::kBlocks);
  constexpr auto kOnTalk = hook<>("on_talk", {}, veto, LateAnswer::kAllows);
  constexpr auto kOnWalk = hook<>("on_walk", {}, veto);
  for (const bool allows : {true, false}) {
    start({.hooks = {kOnPay, kOnTalk, kOnWalk}, .late_answer_allows = allows});
    const Gate gate(folder.path() / (allows ? "gate1" : "gate2"));
    load("a", std::string(kGateSource) +
                  "def on_pay(): pass\ndef on_talk(): pass\ndef on_walk(): pass\n");
    auto held = scripts->call("a", "wait_at", {gate.path()});
    constexpr std::chrono::milliseconds kSoon(1);
    EXPECT_FALSE(scripts->decide_wait(kOnPay(), kSoon).allowed);
    EXPECT_TRUE(scripts->decide_wait(kOnTalk(), kSoon).allowed);
    EXPECT_EQ(scripts->decide_wait(kOnWalk(), kSoon).allowed, allows);
    EXPECT_EQ(scripts->decide(kOnWalk(), kSoon).get().value().late, 1U);
    gate.open();
    EXPECT_TRUE(held.get());
    scripts.reset();
  }
}

TEST_F(OwnHooks, AnEventThatDoesNotFitIsLoggedAndMissed) {
  constexpr auto kOnPay = hook<std::string>("on_pay", {"player"}, veto, LateAnswer::kBlocks);
  constexpr auto kOnTalk = hook<std::string>("on_talk", {"player"}, veto, LateAnswer::kAllows);
  const LogCapture log;
  start({.hooks = {kOnPay, kOnTalk}});
  const Hook pay = scripts->find_hook("on_pay").value();
  const Hook talk = scripts->find_hook("on_talk").value();
  scripts->post(pay, {1});
  EXPECT_THAT(log.lines(), ElementsAre(HasSubstr("an event on_pay was not sent: its arguments "
                                                 "must be s (player)")))
      << "although no script has the hook";
  load("a", "def on_pay(player): pass\ndef on_talk(player): pass\n");
  const Decision blocked = scripts->decide_wait(pay, {1});
  EXPECT_EQ(blocked.missed, 1U);
  EXPECT_FALSE(blocked.allowed);
  EXPECT_TRUE(blocked.blocked_by_default);
  const Decision allowed = scripts->decide_wait(talk, {"ann", "bob"});
  EXPECT_EQ(allowed.missed, 1U);
  EXPECT_TRUE(allowed.allowed);
  EXPECT_EQ(scripts->decide(pay, {}).get().error().code, ErrorCode::kBadArguments);
  EXPECT_TRUE(scripts->decide_wait(pay, {"ann"}).allowed);
}

TEST_F(OwnHooks, AnEventThatWasNotSentIsMissedAlsoWhereNoScriptHasTheHook) {
  constexpr auto kOnPay = hook<std::string>("on_pay", {"player"}, veto, LateAnswer::kBlocks);
  start({.hooks = {kOnPay}, .late_answer_allows = false});
  EXPECT_TRUE(scripts->decide_wait(kOnPay("ann")).allowed);
  EXPECT_FALSE(scripts->decide_wait(scripts->find_hook("on_pay").value(), {1}).allowed);
  EXPECT_FALSE(scripts->decide_wait(kOnName()).allowed) << "the table has no such hook";
}

TEST_F(OwnHooks, AHookThatTheTableLacksIsNotSent) {
  start({.hooks = {kOnJoin}});
  load("a", "def on_join(player): return False\ndef on_name(): return 'a'\n");
  EXPECT_EQ(scripts->decide(kOnName()).get().error().code, ErrorCode::kBadArguments);
  const Decision missed = scripts->decide_wait(kOnName());
  EXPECT_TRUE(missed.answers.empty());
  EXPECT_EQ(missed.missed, 1U) << "no script has seen it, which is not the same as an answer";
  // A hook of the same name with other arguments is another hook.
  constexpr auto kOther = hook<std::string, int>("on_join", {"player", "level"}, veto);
  EXPECT_FALSE(scripts->find_hook(kOther));
  EXPECT_TRUE(scripts->decide_wait(kOther("ann", 1)).allowed);
  EXPECT_FALSE(scripts->decide_wait(kOnJoin("ann")).allowed);
}

}  // namespace
}  // namespace hookline::test
