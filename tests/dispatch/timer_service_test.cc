#include "dispatch/wait/timer_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <deque>
#include <functional>
#include <random>
#include <ranges>
#include <semaphore>
#include <thread>
#include <vector>

#include "tests/support/manual_clock.h"

namespace hookline {

using namespace detail;

namespace {

using std::chrono::seconds;

class TestTimer final : public Timer {
 public:
  TestTimer() = default;
  explicit TestTimer(std::function<void()> on_expire) : on_expire_(std::move(on_expire)) {}
  void expire() noexcept override {
    if (on_expire_) {
      on_expire_();
    }
    expired.release();
  }
  std::counting_semaphore<> expired{0};

 private:
  std::function<void()> on_expire_;
};

TEST(TimerHeap, GivesTheEarliestFirst) {
  std::mt19937 random(7);
  TimerHeap heap;
  std::deque<TestTimer> timers(200);
  for (TestTimer& timer : timers) {
    heap.insert(timer, TimePoint(Duration(random() % 100)));
  }
  for (std::size_t i = 0; i < timers.size(); i += 3) {
    EXPECT_TRUE(heap.remove(timers[i]));
    EXPECT_FALSE(heap.remove(timers[i]));
  }
  TimePoint last{};
  std::size_t count = 0;
  for (; !heap.empty(); ++count) {
    EXPECT_GE(heap.first_time(), last);
    last = heap.first_time();
    heap.remove(heap.first());
  }
  EXPECT_EQ(count, 133U);
}

TEST(TimerService, ExpiresInTheOrderOfTime) {
  ManualClock clock;
  TimerService service(clock);
  std::vector<int> order;
  TestTimer third([&] { order.push_back(3); });
  TestTimer first([&] { order.push_back(1); });
  TestTimer second([&] { order.push_back(2); });
  EXPECT_TRUE(service.try_schedule(third, clock.now() + seconds(3)));
  EXPECT_TRUE(service.try_schedule(first, clock.now() + seconds(1)));
  EXPECT_TRUE(service.try_schedule(second, clock.now() + seconds(2)));
  clock.wait_for_sleeper(clock.now() + seconds(1));
  clock.advance(seconds(3));
  third.expired.acquire();
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3));
}

TEST(TimerService, DoesNotExpireBeforeItsTime) {
  ManualClock clock;
  TimerService service(clock);
  TestTimer early;
  TestTimer late;
  EXPECT_TRUE(service.try_schedule(late, clock.now() + seconds(2)));
  EXPECT_TRUE(service.try_schedule(early, clock.now() + seconds(1)));
  clock.wait_for_sleeper(clock.now() + seconds(1));
  clock.advance(seconds(1));
  early.expired.acquire();
  clock.wait_for_sleeper(clock.now() + seconds(1));
  EXPECT_FALSE(late.expired.try_acquire());
  clock.advance(seconds(1));
  late.expired.acquire();
}

// The thread sleeps until the late timer when the early one comes.
TEST(TimerService, AnEarlierTimerWakesTheThread) {
  ManualClock clock;
  TimerService service(clock);
  TestTimer late;
  TestTimer early;
  EXPECT_TRUE(service.try_schedule(late, clock.now() + seconds(10)));
  clock.wait_for_sleeper(clock.now() + seconds(10));
  EXPECT_TRUE(service.try_schedule(early, clock.now() + seconds(1)));
  clock.advance(seconds(1));
  EXPECT_TRUE(early.expired.try_acquire_for(seconds(20)));
  EXPECT_FALSE(late.expired.try_acquire());
  EXPECT_TRUE(service.cancel(late));
}

// The clock stands still, so only timers that are due already can expire.
TEST(TimerService, ExpiresAtOnceWhatIsOverdue) {
  ManualClock clock;
  TestTimer overdue;
  TestTimer due;
  TestTimer later;
  {
    TimerService service(clock);
    EXPECT_TRUE(service.try_schedule(later, clock.now() + Duration(1)));
    EXPECT_TRUE(service.try_schedule(overdue, clock.now() - seconds(1)));
    EXPECT_TRUE(service.try_schedule(due, clock.now()));
    overdue.expired.acquire();
    due.expired.acquire();
    EXPECT_FALSE(service.cancel(overdue));
    EXPECT_FALSE(service.cancel(due));
    EXPECT_TRUE(service.cancel(later));
  }
  EXPECT_FALSE(overdue.expired.try_acquire()) << "a timer expires only once";
  EXPECT_FALSE(due.expired.try_acquire()) << "a timer expires only once";
  EXPECT_FALSE(later.expired.try_acquire());
}

TEST(TimerService, ForgetsWhatIsCancelled) {
  ManualClock clock;
  TimerService service(clock);
  TestTimer cancelled;
  TestTimer kept;
  EXPECT_TRUE(service.try_schedule(cancelled, clock.now() + seconds(1)));
  EXPECT_TRUE(service.try_schedule(kept, clock.now() + seconds(2)));
  EXPECT_TRUE(service.cancel(cancelled));
  EXPECT_FALSE(service.cancel(cancelled));
  clock.advance(seconds(2));
  kept.expired.acquire();
  EXPECT_FALSE(service.cancel(kept));
  EXPECT_FALSE(cancelled.expired.try_acquire());
}

TEST(TimerService, LetsATimerScheduleItselfAgain) {
  ManualClock clock;
  TimerService service(clock);
  int left = 3;
  TestTimer* self = nullptr;
  TestTimer timer([&] {
    if (--left > 0) {
      EXPECT_TRUE(service.try_schedule(*self, clock.now() + seconds(1)));
    }
  });
  self = &timer;
  EXPECT_TRUE(service.try_schedule(timer, clock.now() + seconds(1)));
  for (int i = 0; i < 3; ++i) {
    clock.advance(seconds(1));
    timer.expired.acquire();
  }
  EXPECT_EQ(left, 0);
}

TEST(TimerService, EndsWithTimersLeft) {
  TestTimer timer;
  {
    TimerService unused;
    TimerService service;
    EXPECT_TRUE(service.try_schedule(timer, service.clock().now() + std::chrono::hours(1)));
  }
  EXPECT_FALSE(timer.expired.try_acquire());
}

// Each timer either expires or is cancelled, never both and never neither.
TEST(TimerService, AgreesWithCancellationsThatRace) {
  ManualClock clock;
  TimerService service(clock);
  std::atomic<int> expired{0};
  int cancelled = 0;
  constexpr int kTimers = 2000;
  std::deque<TestTimer> timers;
  for (int i = 0; i < kTimers; ++i) {
    EXPECT_TRUE(
        service.try_schedule(timers.emplace_back([&] { ++expired; }), clock.now() + Duration(i)));
  }
  std::thread mover([&] {
    for (int i = 0; i < kTimers; ++i) {
      clock.advance(Duration(1));
    }
  });
  for (TestTimer& timer : std::views::reverse(timers)) {
    if (service.cancel(timer)) {
      ++cancelled;
    } else {
      timer.expired.acquire();
    }
  }
  mover.join();
  EXPECT_EQ(expired.load() + cancelled, kTimers);
}

TEST(TimerService, KeepsTimeByTheSystemClock) {
  TimerService service;
  TimePoint expired_at;
  TestTimer timer([&] { expired_at = Clock::system().now(); });
  const TimePoint deadline = Clock::system().now() + std::chrono::milliseconds(2);
  EXPECT_TRUE(service.try_schedule(timer, deadline));
  timer.expired.acquire();
  EXPECT_GE(expired_at, deadline);
}

std::atomic<int> threads_to_refuse{0};

int fewer_threads(pthread_t* thread, const pthread_attr_t* attributes, void* (*main)(void*),
                  void* argument) {
  return threads_to_refuse.fetch_sub(1) > 0 ? EAGAIN
                                            : pthread_create(thread, attributes, main, argument);
}

TEST(TimerService, TriesAgainToStartItsThread) {
  threads_to_refuse = 1;
  ManualClock clock;
  TimerService service(clock, fewer_threads);
  TestTimer first;
  TestTimer second;
  EXPECT_TRUE(service.try_schedule(first, clock.now()));
  EXPECT_FALSE(first.expired.try_acquire());
  EXPECT_TRUE(service.try_schedule(second, clock.now()));
  first.expired.acquire();
  second.expired.acquire();
}

}  // namespace
}  // namespace hookline
