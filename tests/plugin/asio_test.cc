#include "hookline/asio.h"

#include <gtest/gtest.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "hookline/function.h"
#include "hookline/hook.h"
#include "tests/plugin/on_asio.h"
#include "tests/support/recording_tasks.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

// A handler that keeps the result, and the thread on which it was called.
struct KeptAnswers {
  std::optional<Result<int>> result;
  std::thread::id thread;

  auto handler() {
    return [this](Result<int> given) {
      result = std::move(given);
      thread = std::this_thread::get_id();
    };
  }
};

TEST(AsioWait, CallsAHandlerOnItsExecutor) {
  asio::io_context context;
  Promise<int> promise;
  KeptAnswers kept;
  async_wait(promise.future(), asio::bind_executor(context, kept.handler()));
  EXPECT_EQ(context.poll(), 0U);
  EXPECT_FALSE(context.stopped()) << "the wait is outstanding work";
  std::thread([&] { promise.set(7); }).join();
  EXPECT_FALSE(kept.result);
  context.run();
  EXPECT_EQ(kept.result, Result<int>(7));
  EXPECT_EQ(kept.thread, std::this_thread::get_id());
}

TEST(AsioWait, IsNeverCompleteInsideOfTheFunction) {
  asio::io_context context;
  KeptAnswers kept;
  asio::post(context, [&] {
    async_wait(make_ready_future<int>(7), asio::bind_executor(context, kept.handler()));
    EXPECT_FALSE(kept.result);
  });
  context.run();
  EXPECT_EQ(kept.result, Result<int>(7));
}

TEST(AsioWait, HandsOnErrors) {
  asio::io_context context;
  KeptAnswers kept;
  async_wait(make_ready_future<int>(fail(ErrorCode::kQueueFull, "full")),
             asio::bind_executor(context, kept.handler()));
  context.run();
  EXPECT_EQ(kept.result->error().code, ErrorCode::kQueueFull);
  KeptAnswers abandoned;
  {
    Promise<int> promise;
    async_wait(promise.future(), asio::bind_executor(context, abandoned.handler()));
  }
  context.restart();
  context.run();
  EXPECT_EQ(abandoned.result->error().code, ErrorCode::kShuttingDown);
}

TEST(AsioWait, CallsAHandlerWithoutAnExecutorOnAsiosThread) {
  std::promise<std::thread::id> thread;
  async_wait(make_ready_future(),
             [&](const Result<void>&) { thread.set_value(std::this_thread::get_id()); });
  EXPECT_NE(thread.get_future().get(), std::this_thread::get_id());
}

TEST(AsioWait, ResumesACoroutineOnItsExecutor) {
  asio::io_context context;
  asio::thread_pool others(1);
  Promise<int> promise;
  Future<int> future = promise.future();  // before the other thread keeps the promise
  std::thread::id resumed;
  std::optional<Result<int>> result;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        result = co_await async_wait(std::move(future), asio::use_awaitable);
        resumed = std::this_thread::get_id();
      },
      asio::detached);
  asio::post(others, [&] { promise.set(7); });
  context.run();
  EXPECT_EQ(result, Result<int>(7));
  EXPECT_EQ(resumed, std::this_thread::get_id());
  others.join();
}

TEST(AsioWait, FulfilsAStandardFuture) {
  Promise<std::unique_ptr<int>> promise;  // a result that can only be moved
  auto future = async_wait(promise.future(), asio::use_future);
  promise.set(std::make_unique<int>(7));
  EXPECT_EQ(**future.get(), 7);
}

TEST(AsioWait, IsDeferred) {
  asio::io_context context;
  KeptAnswers kept;
  auto operation = async_wait(make_ready_future<int>(7), deferred);
  context.run();
  EXPECT_FALSE(kept.result);
  context.restart();
  std::move(operation)(asio::bind_executor(context, kept.handler()));
  context.run();
  EXPECT_EQ(kept.result, Result<int>(7));
}

TEST(AsioWait, KeepsToItsStrand) {
  asio::thread_pool pool(4);
  const auto strand = asio::make_strand(pool);
  int count = 0;  // nothing but the strand protects it
  for (int i = 0; i < 100; ++i) {
    Promise<int> promise;
    async_wait(promise.future(), asio::bind_executor(strand, [&](Result<int> given) {
                 EXPECT_TRUE(strand.running_in_this_thread());
                 count += *given;
               }));
    promise.set(1);
  }
  pool.join();
  EXPECT_EQ(count, 100);
}

class AsioCancel : public testing::Test {
 protected:
  auto handler() {
    return asio::bind_cancellation_slot(signal.slot(),
                                        asio::bind_executor(context, kept.handler()));
  }

  asio::io_context context;
  asio::cancellation_signal signal;
  Promise<int> promise;
  KeptAnswers kept;
};

TEST_F(AsioCancel, CancelsWhatHasNotStarted) {
  async_wait(promise.future(), handler());
  signal.emit(asio::cancellation_type::total);
  EXPECT_FALSE(kept.result) << "the handler is posted";
  context.run();
  EXPECT_EQ(kept.result->error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(promise.try_start()) << "nobody wants the work";
}

TEST_F(AsioCancel, TotalLeavesWhatHasStarted) {
  async_wait(promise.future(), handler());
  ASSERT_TRUE(promise.try_start());
  signal.emit(asio::cancellation_type::total);
  EXPECT_EQ(context.poll(), 0U);
  promise.set(7);
  context.run();
  EXPECT_EQ(kept.result, Result<int>(7));
}

TEST_F(AsioCancel, TerminalDropsTheResultOfWhatHasStarted) {
  async_wait(promise.future(), handler());
  ASSERT_TRUE(promise.try_start());
  signal.emit(asio::cancellation_type::terminal);
  context.run();
  EXPECT_EQ(kept.result->error().code, ErrorCode::kCancelled);
  kept.result.reset();
  promise.set(7);
  context.restart();
  context.run();
  EXPECT_FALSE(kept.result) << "it is complete once";
}

TEST_F(AsioCancel, IsTooLateAfterTheResult) {
  async_wait(promise.future(), handler());
  promise.set(7);
  signal.emit(asio::cancellation_type::all);
  context.run();
  EXPECT_EQ(kept.result, Result<int>(7));
  EXPECT_FALSE(signal.slot().has_handler());
}

TEST(AsioLoopTest, RunsTheTasksOnTheContext) {
  asio::io_context context;
  AsioLoop loop(context);
  RecordingTasks tasks;
  loop.start(tasks);
  EXPECT_FALSE(loop.report_turns());
  RecordingTasks others;
  EXPECT_THROW(loop.start(others), std::runtime_error);
  tasks.runs_again = 1;
  std::thread([&] { loop.wake(); }).join();
  EXPECT_EQ(context.poll(), 2U);
  EXPECT_EQ(tasks.calls, "rr");
  loop.set_timer(1h);
  loop.set_timer(1ms);
  while (tasks.calls == "rr") {
    context.run_one();
  }
  EXPECT_EQ(tasks.calls, "rrt");
}

TEST(AsioLoopTest, KeepsTheContextRunningUntilItStops) {
  asio::io_context context;
  AsioLoop loop(context);
  RecordingTasks tasks;
  loop.start(tasks);
  context.poll();
  EXPECT_FALSE(context.stopped());
  loop.wake();
  loop.set_timer(1h);
  loop.stop();
  context.run();  // returns
  EXPECT_EQ(tasks.calls, "");
  loop.start(tasks);
  tasks.then = [&] { loop.stop(); };
  loop.wake();
  context.restart();
  context.run();
  EXPECT_EQ(tasks.calls, "r");
}

TEST_F(OnAsio, CallsScriptsThatCallTheHost) {
  start_on_loop();
  std::thread::id thread;
  ASSERT_TRUE(scripts->def("twice", [&](long number) {
    thread = std::this_thread::get_id();
    return 2 * number;
  }));
  load("a", "import vh\ndef f(x, y=0): return vh.twice(x) + y\n");
  run([&]() -> asio::awaitable<void> {
    const auto typed =
        co_await async_call<long>(*scripts, "a", "f", 3, kw("y", 1), asio::use_awaitable);
    EXPECT_EQ(typed, Result<long>(7L));
    EXPECT_EQ(thread, std::this_thread::get_id());
    const List four{4};  // GCC 12 cannot compile a list within the next expression
    const auto value = co_await async_call(*scripts, "a", "f", four, asio::use_awaitable);
    EXPECT_EQ(value, Value(8));
    const auto wrong = co_await async_call<std::string>(*scripts, "a", "f", 1, asio::use_awaitable);
    EXPECT_EQ(wrong.error().code, ErrorCode::kBadArguments);
    const auto missing = co_await async_call<void>(*scripts, "a", "g", asio::use_awaitable);
    EXPECT_EQ(missing.error().code, ErrorCode::kFunctionNotFound);
  });
}

TEST_F(OnAsio, ADeferredCallIsSentWhenItIsStarted) {
  start_on_loop();
  load("a", "seen = []\ndef f(x): seen.append(x)\ndef get(): return seen\n");
  auto operation = async_call<void>(*scripts, "a", "f", "ann", deferred);
  EXPECT_EQ(call("a", "get"), Value(List{}));
  std::optional<Result<void>> result;
  std::move(operation)(
      asio::bind_executor(context, [&](Result<void> given) { result = std::move(given); }));
  while (!result) {
    context.run_one();
  }
  EXPECT_TRUE(*result);
  EXPECT_EQ(call("a", "get"), Value(List{"ann"}));
}

TEST_F(OnAsio, CallsAFunctionThatTheHostHolds) {
  start_on_loop();
  load("a", "seen = []\ndef f(x, text): seen.append(x); return text * x\ndef get(): return seen\n");
  const auto repeat = scripts->function<std::string(int, std::string)>("a", "f");
  auto operation = async_call(repeat, 2, "no", deferred);
  EXPECT_EQ(call("a", "get"), Value(List{})) << "it is sent when it is started";
  run([&]() -> asio::awaitable<void> {
    const std::string text = "ann ";
    EXPECT_EQ(co_await async_call(repeat, 2, text, asio::use_awaitable),
              Result<std::string>("ann ann "));
    EXPECT_EQ(co_await std::move(operation)(asio::use_awaitable), Result<std::string>("nono"));
    const auto missing = scripts->function<void()>("a", "g");
    const auto error = co_await async_call(missing, asio::use_awaitable);
    EXPECT_EQ(error.error().code, ErrorCode::kFunctionNotFound);
  });
  EXPECT_EQ(call("a", "get"), Value(List{2, 2}));
}

TEST_F(OnAsio, CancelsACallThatWaitsInTheMailbox) {
  start_on_loop();
  const Gate gate(folder.path() / "gate");
  load("a", std::string(kGateSource) +
                "seen = []\ndef wait(path): wait_at(path)\ndef f(): seen.append(1)\n"
                "def get(): return seen\n");
  const auto busy = scripts->call("a", "wait", {gate.path()});
  asio::cancellation_signal signal;
  std::optional<Result<Value>> result;
  async_call(*scripts, "a", "f",
             asio::bind_cancellation_slot(signal.slot(),
                                          asio::bind_executor(context, [&](Result<Value> given) {
                                            result = std::move(given);
                                          })));
  signal.emit(asio::cancellation_type::total);
  while (!result) {
    context.run_one();
  }
  EXPECT_EQ(result->error().code, ErrorCode::kCancelled);
  gate.open();
  EXPECT_EQ(call("a", "get"), Value(List{}));
}

TEST_F(OnAsio, ACoroutineNeedNotWaitForAScriptThatDoesNotReturn) {
  using namespace asio::experimental::awaitable_operators;
  start_on_loop();
  Promise<void> timeout;
  ASSERT_TRUE(scripts->def("time_out", [&] { timeout.set({}); }));
  const Gate gate(folder.path() / "gate");
  load("a", "import vh\n" + std::string(kGateSource) +
                "def wait(path):\n  vh.time_out()\n  wait_at(path)\n  return 1\n");
  run([&]() -> asio::awaitable<void> {
    const auto first =
        co_await (async_call<int>(*scripts, "a", "wait", gate.path(), asio::use_awaitable) ||
                  async_wait(timeout.future(), asio::use_awaitable));
    EXPECT_EQ(first.index(), 1U);
  });
  gate.open();
}

class KeptDecision final : public DecisionHandler {
 public:
  void on_decision(const Decision& given) noexcept override { decision = given; }
  std::optional<Decision> decision;
};

TEST_F(OnAsio, DecisionsArriveAndDeadlinesHold) {
  start_on_loop({.decision_deadline = 20ms, .late_answer_allows = false});
  const Gate gate(folder.path() / "gate");
  load("a", std::string(kGateSource) + "def OnUserLogin(nick): return nick != 'spam' or wait_at('" +
                gate.path() + "')\n");
  KeptDecision kept;
  ASSERT_EQ(scripts->decide_on_loop(verlihub::kOnUserLogin, {"spam"}, kept), Asked::kWaiting);
  while (!kept.decision) {
    context.run_one();
  }
  EXPECT_FALSE(kept.decision->allowed);
  EXPECT_EQ(kept.decision->late, 1U);
  gate.open();
  scripts->shutdown();
  context.restart();
  context.run();  // returns, because the loop is detached
}

}  // namespace
}  // namespace hookline::test
