#include "dispatch/wait/served_call.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace hookline {
namespace {

using namespace detail;

// A call of a script that lives on `thread`.
class FakeCall final : public AwaitedCall {
 public:
  explicit FakeCall(std::shared_ptr<ScriptThread> thread) : thread_(std::move(thread)) {}
  ~FakeCall() override { remove(); }

  [[nodiscard]] std::shared_ptr<ScriptThread> thread() const override { return thread_; }
  [[nodiscard]] bool is_awaited() const override { return wanted && !refused; }
  [[nodiscard]] const void* future() const noexcept override { return this; }
  [[nodiscard]] std::move_only_function<void()> refuse() override {
    if (has_begun) {
      return {};
    }
    refused = true;
    return [this] { told = true; };
  }

  bool wanted = true;
  bool has_begun = false;
  bool refused = false;
  bool told = false;

 private:
  const std::shared_ptr<ScriptThread> thread_;
};

class ServedCallTest : public testing::Test {
 protected:
  const std::shared_ptr<ScriptThread> a = std::make_shared<ScriptThread>();
  const std::shared_ptr<ScriptThread> b = std::make_shared<ScriptThread>();
  const std::shared_ptr<ScriptThread> c = std::make_shared<ScriptThread>();
  const std::shared_ptr<ServedCall> of_a = ServedCall::make(a.get());
  const std::shared_ptr<ServedCall> of_b = ServedCall::make(b.get());
  const std::shared_ptr<ServedCall> of_c = ServedCall::make(c.get());
  FakeCall to_a{a};
  FakeCall to_b{b};
  FakeCall to_c{c};
};

TEST_F(ServedCallTest, ACallIsRefusedOnceItIsWaitedFor) {
  of_a->add(to_a);
  EXPECT_FALSE(to_a.refused) << "nobody waits yet";
  of_a->wait_for_all();
  EXPECT_TRUE(to_a.told);
}

TEST_F(ServedCallTest, ACallThatIsMadeWhileOneWaitsIsRefusedImmediately) {
  of_a->wait_for_all();
  of_a->add(to_a);
  EXPECT_TRUE(to_a.told);
}

TEST_F(ServedCallTest, TheLastArrowClosesTheCircle) {
  of_a->add(to_b);
  of_b->add(to_c);
  of_c->add(to_a);
  of_c->wait_for_all();
  of_a->wait_for_all();
  EXPECT_FALSE(to_a.refused || to_b.refused || to_c.refused);
  of_b->wait_for_all();
  EXPECT_TRUE(to_c.told);
  EXPECT_FALSE(to_a.refused || to_b.refused);
}

// The thread of `a` posts its call, and that has gone on to `c` before `a` says that it waits.
TEST_F(ServedCallTest, IfTheCallHasBegunAnotherOneOfTheCircleIsRefused) {
  of_a->add(to_b);
  to_b.has_begun = true;
  of_b->add(to_a);
  of_b->wait_for_all();
  of_a->wait_for_all();
  EXPECT_TRUE(to_a.told);
  EXPECT_FALSE(to_b.refused);
}

TEST_F(ServedCallTest, WhatNobodyWantsOrHasBegunIsNotRefused) {
  to_a.wanted = false;
  of_a->add(to_a);
  of_a->wait_for_all();
  EXPECT_FALSE(to_a.refused);
  to_b.has_begun = true;
  of_b->add(to_b);
  of_b->wait_for_all();
  EXPECT_FALSE(to_b.refused);
}

TEST_F(ServedCallTest, ArrowsEndWithWhatTheyStandFor) {
  of_a->add(to_b);
  of_a->wait_for_all();
  of_b->add(to_a);
  of_a->end();  // a does not wait any more
  of_b->wait_for_all();
  EXPECT_FALSE(to_a.refused);
  of_c->wait_for_all();
  of_c->add(to_b);
  to_b.remove();  // it has ended
  of_b->add(to_c);
  EXPECT_FALSE(to_c.refused);
}

// It searches a graph with a circle that could not be broken, since its call has begun.
TEST_F(ServedCallTest, ASearchEndsIfThereIsACircleElsewhere) {
  to_b.has_begun = true;
  of_b->add(to_b);
  of_b->wait_for_all();
  FakeCall other(b);
  of_a->add(other);
  of_a->wait_for_all();
  EXPECT_FALSE(other.refused);
}

TEST_F(ServedCallTest, AThreadThatBlocksWaitsForOneCall) {
  std::optional<Serving> serving(std::in_place, a.get());
  ASSERT_TRUE(Serving::is_awaited());
  Serving::add(to_a);
  Serving::add(to_b);
  {
    const BlockedThread blocked(to_b.future());
  }
  EXPECT_FALSE(to_a.refused) << "it waited for the other one";
  {
    const BlockedThread blocked(nullptr);
  }
  EXPECT_FALSE(to_a.refused) << "it waited with a limit";
  {
    const BlockedThread blocked(to_a.future());
  }
  EXPECT_TRUE(to_a.told);
  EXPECT_FALSE(to_b.refused);
}

TEST_F(ServedCallTest, AFutureThatIsNotKnownStandsForAllCalls) {
  const Serving serving(a.get());
  Serving::add(to_a);
  const int other = 0;
  const BlockedThread blocked(&other);
  EXPECT_TRUE(to_a.told);
}

// c is served while the thread waits on behalf of a, which cannot go on before c.
TEST_F(ServedCallTest, WhatIsServedAboveHoldsUpWhatIsBelow) {
  const Serving below(a.get());
  Serving::add(to_b);
  const BlockedThread blocked(to_b.future());
  {
    const Serving above(c.get());
    Serving::add(to_a);
    const BlockedThread too(to_a.future());
    EXPECT_TRUE(to_a.told);
  }
  // And b, which waits for a, waits for what is above a.
  const Serving above(c.get());
  FakeCall to_other(b);
  Serving::add(to_other);
  FakeCall of_b_to_a(a);
  of_b->add(of_b_to_a);
  of_b->wait_for_all();
  EXPECT_TRUE(of_b_to_a.told) << "a waits for b already";
}

TEST_F(ServedCallTest, NobodyIsServedInBetween) {
  const Serving serving(a.get());
  {
    const ServingNobody nobody;
    EXPECT_EQ(Serving::current_call(), nullptr);
    Serving::add(to_a);
  }
  Serving::add(to_b);
  const int other = 0;
  const BlockedThread blocked(&other);
  EXPECT_FALSE(to_a.refused);
}

TEST_F(ServedCallTest, AFunctionOfTheHostIsUnderWayUntilItReturns) {
  EXPECT_FALSE(Serving::is_under_way());
  {
    const Serving goes_on(of_a);
    EXPECT_FALSE(Serving::is_under_way()) << "the function has returned";
  }
  {
    const Serving serving(nullptr);
    EXPECT_TRUE(Serving::is_under_way());
    const ServingNobody nobody;
    EXPECT_TRUE(Serving::is_under_way()) << "a script's code runs inside it";
  }
  EXPECT_FALSE(Serving::is_under_way());
}

TEST_F(ServedCallTest, AThreadIsAWorkerOnlyWhileItSaysSo) {
  EXPECT_EQ(ScriptThread::current(), nullptr);
  {
    const ScriptThread::Here here(*a);
    EXPECT_EQ(ScriptThread::current(), a.get());
    std::thread([] { EXPECT_EQ(ScriptThread::current(), nullptr); }).join();
  }
  EXPECT_EQ(ScriptThread::current(), nullptr);
}

}  // namespace
}  // namespace hookline
