// Tests that a decision is a future like any other: co_await, via() and then().

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/typed_hook.h"
#include "plugin/event/awaited_decision.h"
#include "tests/plugin/event_bench.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr auto kOnMove = hook<std::string, double>("on_move", {"player", "x"}, last_replacement);
constexpr auto kOnSeen = hook<std::string>("on_seen", {"player"});

class AwaitDecision : public ScriptHostTest {
 protected:
  void SetUp() override {
    start({.hooks = {kOnMove, kOnSeen}});
    load("a",
         "import vh\n"
         "def on_move(player, x): return {'x': 2 * x} if vh.may_move(player) else False\n");
    ASSERT_TRUE(
        scripts->def("may_move", [](const std::string& player) { return player != "eve"; }));
  }
};

// NOLINTBEGIN(*-avoid-reference-coroutine-parameters): the ScriptHost outlives the coroutines
Future<double> move(ScriptHost& scripts, std::string player, double x) {
  Result<Decision> decision = co_await scripts.decide(kOnMove(player, x));
  if (!decision) {
    co_return std::unexpected(std::move(decision.error()));
  }
  if (!decision->allowed) {
    co_return fail(ErrorCode::kBadArguments, player + " stays");
  }
  co_return *decision->replaced.at(1)->as<double>();
}

Future<std::thread::id> thread_of_decision(ScriptHost& scripts) {
  (void)co_await scripts.decide(kOnMove("ann", 1.0)).via(scripts.host_executor());
  co_return std::this_thread::get_id();
}

Future<Decision> decide_on_an_observer(ScriptHost& scripts) {
  co_return co_await scripts.decide(kOnSeen("ann"));
}
// NOLINTEND(*-avoid-reference-coroutine-parameters)

TEST_F(AwaitDecision, ACoroutineGetsTheDecision) {
  EXPECT_EQ(move(*scripts, "ann", 1.5).get(), Result<double>(3.0));
  EXPECT_EQ(move(*scripts, "eve", 1.5).get().error().message, "eve stays");
}

// The host may rely on the kinds of its hook.
TEST_F(AwaitDecision, AnIntThatReplacesAFloatBecomesAFloat) {
  load("b", "def on_move(player, x): return (None, 7)\n");
  EXPECT_EQ(move(*scripts, "ann", 1.5).get(), Result<double>(7.0));
}

TEST_F(AwaitDecision, ViaResumesOnTheHostThread) {
  EXPECT_EQ(thread_of_decision(*scripts).get().value(), std::this_thread::get_id());
}

TEST_F(AwaitDecision, ACoroutineGetsTheError) {
  EXPECT_EQ(decide_on_an_observer(*scripts).get().error().code, ErrorCode::kBadArguments);
}

TEST_F(AwaitDecision, ThenContinuesWithIt) {
  auto allowed = scripts->decide(kOnMove("eve", 1.0))
                     .then(scripts->host_executor(),
                           [](Result<Decision> decision) { return decision.value().allowed; });
  EXPECT_EQ(allowed.get(), Result<bool>(false));
}

// The pool gives out first what came back last.
TEST(AwaitedDecisionTest, ReturnsItsEventWhenAllHaveAnsweredInTime) {
  EventBench bench;
  BenchScript& script = bench.add("a");
  TimerService timers(bench.clock);
  Event& event = bench.pool.take();
  const Argument args[] = {"x"};
  auto decision = AwaitedDecision::ask(event, {.hook = Hook{0}, .row = kOnPay, .args = args},
                                       bench.subscribers(), timers, std::chrono::seconds(10));
  ASSERT_TRUE(script.answer());
  EXPECT_TRUE(decision.get().value().allowed);
  Event& next = bench.pool.take();
  EXPECT_EQ(&next, &event);
  bench.pool.give_back(next);
}

}  // namespace
}  // namespace hookline::test
