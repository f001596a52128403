// Tests what becomes of decisions that a loop awaits when a script is late.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugin/event/pending_decisions.h"
#include "tests/plugin/event_bench.h"
#include "tests/support/manual_loop.h"

namespace hookline::test {

using namespace detail;
using namespace std::chrono_literals;

namespace {

class PendingLate : public ::testing::Test {
 protected:
  class Handler final : public DecisionHandler {
   public:
    Handler(std::vector<std::string>& order, std::string name)
        : order_(order), name_(std::move(name)) {}
    void on_decision(const Decision& given) noexcept override {
      order_.push_back(name_);
      decision = given;
    }
    std::optional<Decision> decision;

   private:
    std::vector<std::string>& order_;
    std::string name_;
  };

  void send(Handler& handler) {
    const Argument args[] = {"x"};
    list.await(handler).send({.hook = Hook{0}, .row = kOnPay, .args = args}, bench.subscribers(),
                             &list.executor());
  }
  void send_to(BenchScript& script, Handler& handler) {
    const Argument args[] = {"x"};
    const std::vector<Subscriber> only{script.subscriber()};
    list.await(handler).send({.hook = Hook{0}, .row = kOnPay, .args = args}, only,
                             &list.executor());
  }
  void turn() const {
    while (loop->turn()) {
    }
  }
  ~PendingLate() override {
    list.close();
    while (a.answer()) {
    }
    while (b.answer()) {
    }
  }

  EventBench bench;
  BenchScript& a = bench.add("a");
  BenchScript& b = bench.add("b");
  std::shared_ptr<ManualLoop> loop = std::make_shared<ManualLoop>();
  PendingDecisions list{loop, bench.pool, bench.clock, 600s};
  std::vector<std::string> order;
  Handler first{order, "first"};
  Handler second{order, "second"};
  Handler third{order, "third"};
  Handler fourth{order, "fourth"};
};

// One deadline, and not one for each event: the clock stands still after the first one.
TEST_F(PendingLate, EventsBehindALateOneDoNotWaitForTheirOwnDeadline) {
  send(first);
  EXPECT_EQ(loop->delay, 600s);
  bench.clock.advance(599s);
  send(second);
  send(third);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(b.answer());
  }
  turn();
  EXPECT_TRUE(order.empty());
  bench.clock.advance(1s);
  loop->run_out_timer();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second", "third"}));
  EXPECT_EQ(third.decision->late, 1U);
  EXPECT_EQ(a.entry.breaker.openings(), 1U);
  // Three calls are late; the breaker closes with the last.
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(a.entry.breaker.is_open());
    ASSERT_TRUE(a.answer());
  }
  EXPECT_FALSE(a.entry.breaker.is_open());
  turn();
}

TEST_F(PendingLate, EventsThatWaitOnlyForALateScriptKeepTheirOrder) {
  send_to(a, first);
  bench.clock.advance(599s);
  send_to(b, second);
  send_to(a, third);
  send_to(a, fourth);
  bench.clock.advance(1s);
  loop->run_out_timer();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "third", "fourth"})) << "b is not late";
  ASSERT_TRUE(b.answer());
  turn();
  EXPECT_EQ(order.back(), "second");
}

TEST_F(PendingLate, AnEventThatIsSentMeanwhileWaitsForTheOthersOnly) {
  send(first);
  ASSERT_TRUE(b.answer());
  bench.clock.advance(600s);
  loop->run_out_timer();
  ASSERT_EQ(order.size(), 1U);
  send(second);
  turn();
  EXPECT_EQ(order.size(), 1U);
  ASSERT_TRUE(b.answer());
  turn();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second"}));
}

TEST_F(PendingLate, AnEventIsNotDecidedInsideOfSendingItIfAllScriptsAreLate) {
  send(first);
  bench.clock.advance(600s);
  loop->run_out_timer();
  send(second);
  EXPECT_EQ(order.size(), 1U);
  turn();
  EXPECT_EQ(order.size(), 2U);
  EXPECT_EQ(second.decision->late, 2U);
}

TEST_F(PendingLate, AnEventThatWaitsForALateScriptAndAnotherIsDecidedSoonAfterTheOther) {
  send(first);
  ASSERT_TRUE(b.answer());
  bench.clock.advance(599s);
  send(second);
  send(third);
  bench.clock.advance(1s);
  loop->run_out_timer();
  EXPECT_EQ(order, (std::vector<std::string>{"first"})) << "b may still block the others";
  ASSERT_TRUE(loop->delay);
  EXPECT_LT(*loop->delay, 100ms);
  ASSERT_TRUE(b.answer(Value(false)));
  loop->run_out_timer();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second"}));
  EXPECT_FALSE(second.decision->allowed);
  ASSERT_TRUE(b.answer());
  loop->run_out_timer();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second", "third"}));
  send(fourth);  // it waits for b only, and for its own deadline
  loop->run_out_timer();
  EXPECT_GT(*loop->delay, 500s) << "nothing is polled any more";
  EXPECT_EQ(order.size(), 3U);
}

}  // namespace
}  // namespace hookline::test
