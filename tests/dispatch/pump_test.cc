#include "dispatch/wait/pump.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "dispatch/base/job_list.h"
#include "dispatch/base/mpsc_stack.h"
#include "hookline/future.h"
#include "hookline/loop.h"

namespace hookline {

using namespace detail;

namespace {

// Runs jobs on the thread that waits.
class JobPump final : public Pump, public Executor {
 public:
  void post(Job& job) noexcept override {
    if (jobs_.push(job) == Pushed::kFirst) {
      parker().unpark();
    }
  }
  void run_pending() noexcept override {
    while (true) {
      ready_.append_all(jobs_.take_all());
      if (ready_.empty()) {
        return;
      }
      ready_.take_first().run();
    }
  }

 private:
  MpscStack<Job> jobs_;
  JobList ready_;  // a job that waits lets those behind it run
};

TEST(Pump, IsBoundToItsThreadAndNests) {
  EXPECT_EQ(Pump::current(), nullptr);
  JobPump outer;
  JobPump inner;
  {
    const Pump::Binding bind_outer(outer);
    EXPECT_EQ(Pump::current(), &outer);
    {
      const Pump::Binding bind_inner(inner);
      EXPECT_EQ(Pump::current(), &inner);
    }
    EXPECT_EQ(Pump::current(), &outer);
    std::thread([] { EXPECT_EQ(Pump::current(), nullptr); }).join();
  }
  EXPECT_EQ(Pump::current(), nullptr);
}

// The other thread gets its answer from the thread that waits for the other one: without the pump,
// both would wait for ever.
TEST(Pump, ServesCallsWhileItsThreadWaits) {
  JobPump pump;
  const Pump::Binding binding(pump);
  Promise<int> answer;
  Future<int> future = answer.future();
  std::thread script([&] {
    Promise<int> inner;
    Future<int> from_host = inner.future();
    pump.post_function([promise = std::move(inner)]() mutable { promise.set(20); });
    answer.set(*from_host.get() + 1);
  });
  EXPECT_EQ(future.get(), 21);
  script.join();
}

// A call into the host waits for a script that calls the host again.
TEST(Pump, ServesWaitsInsideWaits) {
  JobPump pump;
  const Pump::Binding binding(pump);
  Promise<int> outer;
  Promise<int> inner;
  Future<int> inner_future = inner.future();
  Future<int> outer_future = outer.future();
  std::atomic<int> depth{0};
  std::thread script([&] {
    pump.post_function([&] {
      ++depth;
      EXPECT_EQ(inner_future.get(), 1);
      ++depth;
      outer.set(2);
    });
    pump.post_function([&] { inner.set(1); });
  });
  EXPECT_EQ(outer_future.get(), 2);
  EXPECT_EQ(depth.load(), 2);
  script.join();
}

TEST(Pump, StillKeepsDeadlines) {
  JobPump pump;
  const Pump::Binding binding(pump);
  Promise<int> promise;
  EXPECT_FALSE(promise.future().wait_for(std::chrono::milliseconds(1)));
}

// The pump may be gone as soon as the wait is over, while the waker still runs.
TEST(Pump, MayGoRightAfterTheWait) {
  for (int i = 0; i < 500; ++i) {
    Promise<int> promise;
    Future<int> future = promise.future();
    std::thread producer([moved = std::move(promise)]() mutable { moved.set(1); });
    {
      JobPump pump;
      const Pump::Binding binding(pump);
      EXPECT_EQ(future.get(), 1);
    }
    producer.join();
  }
}

// Two hosts of one thread have a pump each. A wait for a script of either one must serve it.
TEST(Pump, AWaitServesAllPumpsOfItsThread) {
  JobPump first;
  JobPump second;
  const Pump::Binding bind_first(first);
  const Pump::Binding bind_second(second);
  for (JobPump* const pump : {&first, &second}) {
    Promise<int> answer;
    Future<int> future = answer.future();
    std::thread script([&] {
      Promise<int> inner;
      Future<int> from_host = inner.future();
      pump->post_function([promise = std::move(inner)]() mutable { promise.set(20); });
      answer.set(*from_host.get() + 1);
    });
    EXPECT_EQ(future.get(), 21);
    script.join();
  }
}

TEST(Pump, BindingsMayEndInAnyOrder) {
  JobPump first;
  JobPump second;
  auto bind_first = std::make_unique<Pump::Binding>(first);
  auto bind_second = std::make_unique<Pump::Binding>(second);
  bind_first.reset();
  EXPECT_EQ(Pump::current(), &second);
  bind_second.reset();
  EXPECT_EQ(Pump::current(), nullptr);
  EXPECT_FALSE(Pump::run_all_pending());
}

// A host may be destroyed on another thread than the one that made it.
TEST(Pump, ABindingMayEndOnAnotherThread) {
  auto pump = std::make_unique<JobPump>();
  auto binding = std::make_unique<Pump::Binding>(*pump);
  std::thread([&] {
    binding.reset();
    pump.reset();
  }).join();
  EXPECT_EQ(Pump::current(), nullptr);
  Promise<int> promise;
  EXPECT_FALSE(promise.future().wait_for(std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace hookline
