// Tests async_decide() of <hookline/asio.h>.

#include <gtest/gtest.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "hookline/function.h"
#include "hookline/hook.h"
#include "hookline/typed_hook.h"
#include "tests/plugin/on_asio.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

constexpr auto kOnMove =
    hook<std::string, double, Value>("on_move", {"player", "x", "extra"}, last_replacement);
constexpr auto kOnSeen = hook<std::string>("on_seen", {"player"});

class AsioDecide : public OnAsio {
 protected:
  void start_on_loop(ScriptHostOptions options = {}) {
    options.hooks = {kOnMove, kOnSeen};
    OnAsio::start_on_loop(std::move(options));
  }
  void run_until_decided() {
    while (!decided) {
      context.run_one();
    }
  }
  auto handler() {
    return asio::bind_executor(context, [this](Result<Decision> given) {
      EXPECT_TRUE(context.get_executor().running_in_this_thread());
      decided = std::move(given);
    });
  }

  std::optional<Result<Decision>> decided;
};

TEST_F(AsioDecide, ACoroutineAwaitsDecisions) {
  start_on_loop();
  load("a",
       "def on_move(player, x, extra):\n"
       "  return False if player == 'eve' else (None, x + 1, [extra])\n");
  run([&]() -> asio::awaitable<void> {
    const auto moved = co_await async_decide(*scripts, kOnMove("ann", 2, "e"), asio::use_awaitable);
    EXPECT_TRUE(moved.value().allowed);
    EXPECT_EQ(moved.value().replaced.at(0), std::nullopt);
    EXPECT_EQ(moved.value().replaced.at(1), Value(3.0));
    EXPECT_EQ(moved.value().replaced.at(2), Value(List{"e"}));
    const auto blocked =
        co_await async_decide(*scripts, kOnMove("eve", 2, nullptr), asio::use_awaitable);
    EXPECT_FALSE(blocked.value().allowed);
  });
}

TEST_F(AsioDecide, ServesScriptsThatCallTheHostMeanwhile) {
  start_on_loop();
  std::thread::id thread;
  ASSERT_TRUE(scripts->def("may_move", [&](const std::string& player) {
    thread = std::this_thread::get_id();
    return player == "ann";
  }));
  load("a", "import vh\ndef on_move(player, x, extra): return vh.may_move(player)\n");
  run([&]() -> asio::awaitable<void> {
    const auto ann = co_await async_decide(*scripts, kOnMove("ann", 0, 0), asio::use_awaitable);
    EXPECT_TRUE(ann.value().allowed);
    const auto eve = co_await async_decide(*scripts, kOnMove("eve", 0, 0), asio::use_awaitable);
    EXPECT_FALSE(eve.value().allowed);
  });
  EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST_F(AsioDecide, WithoutAScriptTheEventIsAllowed) {
  start_on_loop();
  async_decide(*scripts, kOnMove("ann", 0, 0), handler());
  EXPECT_FALSE(decided) << "the handler is posted";
  run_until_decided();
  EXPECT_TRUE(decided->value().allowed);
}

TEST_F(AsioDecide, WhatDoesNotFitIsAnError) {
  start_on_loop();
  async_decide(*scripts, kOnSeen("ann"), handler());
  run_until_decided();
  EXPECT_EQ(decided->error().code, ErrorCode::kBadArguments) << "the hook only observes";
  constexpr auto unknown = hook<std::string>("on_lost", {"player"}, veto);
  auto lost = async_decide(*scripts, unknown("ann"), asio::use_future).get();
  EXPECT_EQ(lost.error().code, ErrorCode::kBadArguments);
}

TEST_F(AsioDecide, ADeferredEventIsSentWhenItIsStarted) {
  start_on_loop();
  load("a",
       "seen = []\n"
       "def on_move(player, x, extra): seen.append((player, extra))\n"
       "def get(): return seen\n");
  auto player = std::make_unique<std::string>("a player whose name is on the heap");
  auto extra = std::make_unique<Value>(List{"a list", 1});
  auto operation = async_decide(*scripts, kOnMove(*player, 0, *extra), deferred);
  player.reset();  // its arguments need not live until the operation starts
  extra.reset();
  EXPECT_EQ(call("a", "get"), Value(List{}));
  std::move(operation)(handler());
  run_until_decided();
  EXPECT_EQ(call("a", "get"),
            Value(List{Tuple{{"a player whose name is on the heap", List{"a list", 1}}}}));
}

// Its script is held up at a gate, until a test opens it.
class AsioDecideAtAGate : public AsioDecide {
 protected:
  void load_script() {
    load("a", std::string(kGateSource) +
                  "seen = []\n"
                  "def on_move(player, x, extra):\n"
                  "  wait_at('" +
                  gate.path() +
                  "')\n"
                  "  seen.append(player)\n"
                  "def get(): return seen\n");
  }

  Gate gate{folder.path() / "gate"};
};

TEST_F(AsioDecideAtAGate, TheDeadlineOfTheHostHolds) {
  start_on_loop({.decision_deadline = 20ms, .late_answer_allows = false});
  load_script();
  async_decide(*scripts, kOnMove("ann", 0, 0), handler());
  run_until_decided();
  EXPECT_FALSE(decided->value().allowed);
  EXPECT_EQ(decided->value().late, 1U);
  gate.open();
}

TEST_F(AsioDecideAtAGate, ADeadlineOfItsOwnHolds) {
  start_on_loop();
  load_script();
  async_decide(*scripts, kOnMove("ann", 0, 0), 20ms, handler());
  run_until_decided();
  EXPECT_TRUE(decided->value().allowed);
  EXPECT_EQ(decided->value().late, 1U);
  gate.open();
}

TEST_F(AsioDecideAtAGate, TerminalEndsTheWaitAndTheScriptStillSeesTheEvent) {
  start_on_loop();
  load_script();
  asio::cancellation_signal signal;
  async_decide(*scripts, kOnMove("ann", 0, 0),
               asio::bind_cancellation_slot(signal.slot(), handler()));
  signal.emit(asio::cancellation_type::total);
  EXPECT_FALSE(decided) << "it has been sent, so it has an effect";
  signal.emit(asio::cancellation_type::terminal);
  run_until_decided();
  EXPECT_EQ(decided->error().code, ErrorCode::kCancelled);
  gate.open();
  EXPECT_EQ(call("a", "get"), Value(List{"ann"}));
}

TEST_F(AsioDecideAtAGate, TotalDoesNothing) {
  start_on_loop();
  load_script();
  asio::cancellation_signal signal;
  async_decide(*scripts, kOnMove("ann", 0, 0),
               asio::bind_cancellation_slot(signal.slot(), handler()));
  signal.emit(asio::cancellation_type::total);
  gate.open();
  run_until_decided();
  EXPECT_TRUE(decided->value().allowed);
  EXPECT_EQ(decided->value().late, 0U);
}

}  // namespace
}  // namespace hookline::test
