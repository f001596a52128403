// Tests that a script which is late is not waited for, in every order of the deadline and the
// answer.

#include "plugin/event/breaker.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/plugin/event_bench.h"
#include "tests/support/scale.h"

namespace hookline::test {

using namespace detail;
using namespace std::chrono_literals;

namespace {

using ::testing::ElementsAre;

const Breaker::Cause kCause{.hook = "on_pay", .deadline = 2s};

TEST(Breaker, IsOpenUntilTheLastLateCallHasEnded) {
  Breaker breaker;
  const TimePoint start{};
  EXPECT_FALSE(breaker.is_open());
  EXPECT_TRUE(breaker.note_late(kCause, start));
  EXPECT_FALSE(breaker.note_late(kCause, start + 1s)) << "it is open already";
  EXPECT_TRUE(breaker.is_open());
  EXPECT_FALSE(breaker.note_end(start + 2s));
  EXPECT_TRUE(breaker.is_open());
  const auto closed = breaker.note_end(start + 5s);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->late_for, 5s);
  EXPECT_EQ(closed->cause.deadline, 2s);
  EXPECT_FALSE(breaker.is_open());
  EXPECT_EQ(breaker.openings(), 1U);
}

TEST(Breaker, StaysClosedIfTheEndIsCountedFirst) {
  Breaker breaker;
  EXPECT_FALSE(breaker.note_end({}));
  EXPECT_FALSE(breaker.is_open());
  EXPECT_FALSE(breaker.note_late(kCause, {}));
  EXPECT_FALSE(breaker.is_open());
  EXPECT_TRUE(breaker.note_late(kCause, {}));
}

TEST(Breaker, TellsNoMoreThanTheLogTakes) {
  Breaker breaker;
  for (std::uint32_t i = 0; i < LogBudget::kBurst + 3; ++i) {
    const auto opened = breaker.note_late(kCause, {});
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->is_told, i < LogBudget::kBurst);
    EXPECT_EQ(breaker.note_end({})->is_told, opened->is_told) << "both lines or none";
  }
  const auto later = breaker.note_late(kCause, TimePoint() + LogBudget::kRefill);
  EXPECT_TRUE(later->is_told);
  EXPECT_EQ(later->left_out, 3U);
}

class Listener final : public EventListener {
 public:
  void answered(Event& /*event*/) noexcept override { ++times; }
  std::atomic<int> times = 0;
};

class LateEvents : public ::testing::Test {
 protected:
  Event& send(Listener& listener, const std::string& text = "x") {
    Event& event = bench.pool.take();
    const Argument args[] = {text};
    event.send_and_hold({.hook = Hook{0}, .row = kOnPay, .args = args, .late_allows = false},
                        bench.subscribers(), listener);
    return event;
  }

  EventBench bench;
  BenchScript& script = bench.add("a");
};

TEST_F(LateEvents, ACallThatEndsAfterItsDeadlineClosesTheBreaker) {
  Listener listener;
  Event& event = send(listener);
  event.give_up(2s);
  const Decision decision = event.take_decision();
  EXPECT_EQ(decision.late, 1U);
  EXPECT_TRUE(decision.blocked_by_default);
  EXPECT_TRUE(script.entry.breaker.is_open());
  event.release();
  bench.clock.advance(10s);
  ASSERT_TRUE(script.answer());
  EXPECT_FALSE(script.entry.breaker.is_open());
  EXPECT_THAT(
      bench.kept.lines(),
      ElementsAre("a: on_pay has not answered within 2 s: the script is not waited for until that "
                  "call has ended",
                  "a: on_pay has ended after 12.0 s: the script is waited for again"));
}

TEST_F(LateEvents, AnAnswerJustBeforeTheDeadlineCounts) {
  Listener listener;
  Event& event = send(listener);
  ASSERT_TRUE(script.answer(Value(false)));
  event.give_up(2s);
  const Decision decision = event.take_decision();
  EXPECT_EQ(decision.late, 0U);
  EXPECT_FALSE(decision.allowed);
  EXPECT_FALSE(decision.blocked_by_default);
  event.release();
  EXPECT_EQ(script.entry.breaker.openings(), 0U);
}

TEST_F(LateEvents, ADecisionWithoutADeadlineMakesNobodyLate) {
  Listener listener;
  Event& event = send(listener);
  EXPECT_EQ(event.take_decision().late, 1U);
  event.release();
  EXPECT_FALSE(script.entry.breaker.is_open());
  ASSERT_TRUE(script.answer());
  EXPECT_FALSE(script.entry.breaker.is_open());
}

TEST_F(LateEvents, EventsReachALateScriptInOrderAndAreNotAwaited) {
  Listener listener;
  Event& first = send(listener, "0");
  first.give_up(2s);
  (void)first.take_decision();
  first.release();
  // Every second one is too large for a slot of the mailbox.
  const auto text = [](int i) {
    return std::to_string(i) + (i % 2 == 0 ? "" : std::string(500, '.'));
  };
  for (int i = 1; i < 6; ++i) {
    Listener each;
    Event& event = send(each, text(i));
    EXPECT_EQ(each.times, 1) << "at once";
    const Decision decision = event.take_decision();
    EXPECT_EQ(decision.late, 1U);
    EXPECT_TRUE(decision.blocked_by_default);
    event.release();
  }
  for (int i = 0; i < 6; ++i) {
    Call* const call = script.reader.next();
    ASSERT_NE(call, nullptr);
    const QueueSlot& slot = script.reader.slot();
    const Request request = slot.carries_request() ? slot.request() : call->request();
    EXPECT_EQ(request.copy_args(), List{text(i)});
    call->finish(Value());
    EXPECT_FALSE(script.entry.breaker.is_open()) << "the first one was the late one";
  }
  EXPECT_FALSE(script.answer());
  Listener last;
  Event& event = send(last);
  EXPECT_EQ(last.times, 0) << "it is waited for again";
  ASSERT_TRUE(script.answer());
  EXPECT_EQ(last.times, 1);
  EXPECT_EQ(event.take_decision().late, 0U);
  event.release();
  EXPECT_EQ(script.entry.breaker.openings(), 1U);
}

TEST_F(LateEvents, OtherScriptsAreStillWaitedFor) {
  BenchScript& other = bench.add("b");
  Listener listener;
  Event& first = send(listener);
  ASSERT_TRUE(other.answer());
  first.give_up(2s);
  (void)first.take_decision();
  first.release();
  Listener second;
  Event& event = send(second);
  EXPECT_EQ(second.times, 0);
  ASSERT_TRUE(other.answer(Value(false)));
  EXPECT_EQ(second.times, 1);
  const Decision decision = event.take_decision();
  EXPECT_FALSE(decision.allowed);
  EXPECT_FALSE(decision.blocked_by_default);
  EXPECT_EQ(decision.late, 1U);
  event.release();
  while (script.answer()) {
  }
}

TEST_F(LateEvents, AnEventThatNobodyAwaitsGoesToALateScript) {
  Listener listener;
  Event& first = send(listener);
  first.give_up(2s);
  (void)first.take_decision();
  first.release();
  const std::string large(500, '.');
  const Argument args[] = {large};
  bench.pool.take().send({.hook = Hook{0}, .row = kOnPay, .args = args}, bench.subscribers(),
                         nullptr);
  EXPECT_TRUE(script.answer());
  EXPECT_TRUE(script.answer());
  EXPECT_FALSE(script.answer());
}

// Events come back from the pool while calls of earlier ones are late.
TEST_F(LateEvents, EachLateCallIsCountedOnceInAnyOrder) {
  BenchScript& other = bench.add("b");
  std::minstd_rand random(7);  // NOLINT(cert-msc51-cpp): the same orders each time
  std::vector<Event*> open;
  Listener listener;
  for (int step = 0; step < 20'000; ++step) {
    switch (random() % 4) {
      case 0:
        open.push_back(&send(listener, std::string(random() % 200, 'x')));
        break;
      case 1:
        (void)script.answer();
        break;
      case 2:
        (void)other.answer(fail(ErrorCode::kScriptRaised, "no"));
        break;
      default:
        if (!open.empty()) {
          const std::size_t at = random() % open.size();
          open[at]->give_up(1s);
          (void)open[at]->take_decision();
          open[at]->release();
          open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
  }
  for (Event* const event : open) {
    event->give_up(1s);
    (void)event->take_decision();
    event->release();
  }
  while (script.answer() || other.answer()) {
  }
  for (BenchScript* const each : {&script, &other}) {
    EXPECT_FALSE(each->entry.breaker.is_open());
    EXPECT_GT(each->entry.breaker.openings(), 0U);
    EXPECT_TRUE(each->entry.breaker.note_late(kCause, {})) << "the count is 0";
    EXPECT_TRUE(each->entry.breaker.note_end({}));
  }
}

// The deadline and the answer meet on two threads.
TEST_F(LateEvents, DeadlinesAndAnswersRaceAndNothingIsCountedTwice) {
  const std::uint64_t events = scaled(20'000);
  std::atomic<bool> is_done = false;
  std::jthread worker([&] {
    while (!is_done.load() || script.mailbox.waiting() != 0) {
      (void)script.answer();
    }
  });
  Listener unused;
  std::uint64_t late = 0;
  for (std::uint64_t i = 0; i < events; ++i) {
    Event& event = send(unused);
    while (i % 3 == 0 && !event.answered()) {
    }
    event.give_up(0s);
    late += event.take_decision().late;
    event.release();
  }
  is_done = true;
  worker.join();
  EXPECT_FALSE(script.entry.breaker.is_open());
  EXPECT_TRUE(script.entry.breaker.note_late(kCause, {})) << "the count is 0";
  EXPECT_TRUE(script.entry.breaker.note_end({}));
  EXPECT_LE(late, events);
}

}  // namespace
}  // namespace hookline::test
