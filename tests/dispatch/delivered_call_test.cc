#include "dispatch/submit/delivered_call.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/base/prefetch.h"
#include "dispatch/exec/libuv_loop.h"
#include "dispatch/exec/loop_executor.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/loop.h"
#include "tests/support/idle_worker.h"
#include "tests/support/late_executor.h"
#include "tests/support/quiet_runner.h"
#include "tests/support/uv_test_loop.h"

namespace hookline {

using namespace detail;

namespace {

class KeepingHandler final : public ResultHandler {
 public:
  void on_result(Result<Value> result) noexcept override { results.push_back(std::move(result)); }
  std::vector<Result<Value>> results;
};

void call_seven(RequestWriter& request) {
  request.set_function(7);
  request.add_text("nick");
}

class DeliveredCallTest : public testing::Test {
 protected:
  // Does what a worker would do with the next call.
  void run_next(Runner& runner) {
    Call* call = reader_.next();
    ASSERT_NE(call, nullptr);
    call->run(runner, reader_.slot());
  }

  IdleWorker worker_;
  Mailbox mailbox_{{.capacity = 2}, worker_};
  MailboxReader reader_{mailbox_, 16};
  KeepingHandler handler_;
  LateExecutor executor_;
};

// The worker touches the base classes that come first. Its slot says how many lines these fill, so
// that they are prefetched, and no others.
TEST_F(DeliveredCallTest, ItsSlotNamesTheLinesThatTheWorkerTouches) {
  static_assert(alignof(DeliveredCall) == kCacheLine);
  constexpr std::size_t kTouched = sizeof(Job) + sizeof(Call) + sizeof(Deliverable);
  DeliveredCall::post(mailbox_, call_seven, executor_, handler_);
  Call* call = reader_.next();
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(reader_.slot().call_lines(), (kTouched + kCacheLine - 1) / kCacheLine);
  call->finish({});
  ASSERT_EQ(executor_.jobs.size(), 1U);
  executor_.jobs[0]->run();
  EXPECT_EQ(handler_.results.size(), 1U);
}

TEST_F(DeliveredCallTest, TellsItsHandlerOnTheExecutor) {
  QuietRunner runner([](const Request& request) -> Result<Value> {
    return Value(std::to_string(request.function) + *request.copy_args().at(0).as<std::string>());
  });
  DeliveredCall::post(mailbox_, call_seven, executor_, handler_);
  run_next(runner);
  ASSERT_EQ(executor_.jobs.size(), 1U);
  EXPECT_TRUE(handler_.results.empty());
  executor_.jobs[0]->run();
  ASSERT_EQ(handler_.results.size(), 1U);
  EXPECT_EQ(handler_.results[0], Value("7nick"));
}

TEST_F(DeliveredCallTest, DeliversErrorsToo) {
  QuietRunner runner([](const Request&) -> Result<Value> {
    return fail(ErrorCode::kScriptRaised, "no such user");
  });
  DeliveredCall::post(mailbox_, call_seven, executor_, handler_);
  run_next(runner);
  executor_.jobs[0]->run();
  EXPECT_EQ(handler_.results[0].error().message, "no such user");
}

TEST_F(DeliveredCallTest, RunsLargeRequests) {
  const std::string large(1'000, 'x');
  QuietRunner runner(
      [](const Request& request) -> Result<Value> { return request.copy_args().at(0); });
  for (int i = 0; i < 3; ++i) {  // the pool returns the same call again
    DeliveredCall::post(
        mailbox_,
        [&](RequestWriter& request) {
          request.set_function(1);
          request.add_text(large);
        },
        executor_, handler_);
    run_next(runner);
    executor_.jobs.back()->run();
    EXPECT_EQ(handler_.results.back(), Value(large));
  }
}

TEST_F(DeliveredCallTest, LetsGoOfItsArguments) {
  QuietRunner runner([](const Request&) -> Result<Value> { return Value(); });
  const auto object = std::make_shared<int>(1);
  DeliveredCall::post(
      mailbox_,
      [&](RequestWriter& request) {
        request.set_function(1);
        request.add_value(Handle(object));
      },
      executor_, handler_);
  run_next(runner);
  executor_.jobs[0]->run();
  EXPECT_EQ(object.use_count(), 1);
}

TEST_F(DeliveredCallTest, DeliversWhatTheMailboxDoesNotTake) {
  mailbox_.close(ErrorCode::kQuarantined);
  DeliveredCall::post(mailbox_, call_seven, executor_, handler_);
  EXPECT_TRUE(handler_.results.empty()) << "not inside post()";
  executor_.jobs[0]->run();
  EXPECT_EQ(handler_.results[0].error().code, ErrorCode::kQuarantined);
}

TEST_F(DeliveredCallTest, TellsTheHandlerWhenItIsDiscarded) {
  QuietRunner runner([](const Request&) -> Result<Value> { return Value("late"); });
  DeliveredCall::post(mailbox_, call_seven, executor_, handler_);
  run_next(runner);
  executor_.jobs[0]->discard();
  EXPECT_EQ(handler_.results[0].error().code, ErrorCode::kShuttingDown);
}

class CountingHandler final : public ResultHandler {
 public:
  CountingHandler(Mailbox& mailbox, LoopExecutor& executor, int goal)
      : mailbox_(mailbox), executor_(executor), goal_(goal) {}
  void post() { DeliveredCall::post(mailbox_, call_seven, executor_, *this); }
  void on_result(Result<Value> result) noexcept override {
    sum_ += result ? *result->as<std::int64_t>() : -1'000'000;
    if (++count_ == goal_) {
      executor_.close();
    } else if (count_ + 16 <= goal_) {
      post();
    }
  }
  [[nodiscard]] std::int64_t sum() const { return sum_; }

 private:
  Mailbox& mailbox_;
  LoopExecutor& executor_;
  int goal_;
  int count_ = 0;
  std::int64_t sum_ = 0;
};

TEST(DeliveredCallLoop, EachResultComesOnceOnALoop) {
  constexpr int kCalls = 5'000;
  test::UvTestLoop loop;
  std::int64_t sum = 0;
  {
    WorkerPool pool;
    auto echo = [](const Request& request) -> Result<Value> {
      return Value(static_cast<std::int64_t>(request.function));
    };
    const auto lane = pool.add("x", std::make_unique<QuietRunner<decltype(echo)>>(echo)).get();
    LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
    CountingHandler handler((*lane)->mailbox(), executor, kCalls);
    for (int i = 0; i < 16; ++i) {
      handler.post();
    }
    loop.run();
    sum = handler.sum();
  }
  EXPECT_EQ(sum, 7 * kCalls);
}

}  // namespace
}  // namespace hookline
