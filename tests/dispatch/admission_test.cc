#include "dispatch/mailbox/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

Admission::Answer admit(Admission& admission) {
  std::uint64_t ticket = 0;
  return admission.admit(ticket);
}

using Answer = Admission::Answer;
constexpr auto kOrder = std::memory_order_release;

TEST(Admission, AcceptsUpToTheCapacity) {
  Admission admission(2);
  EXPECT_EQ(admit(admission), Answer::kAcceptedFirst);
  EXPECT_EQ(admit(admission), Answer::kAccepted);
  EXPECT_EQ(admit(admission), Answer::kFull);
  admission.note_left(kOrder);
  EXPECT_EQ(admit(admission), Answer::kAccepted);
  EXPECT_EQ(admit(admission), Answer::kFull);
  admission.note_displaced();
  EXPECT_EQ(admit(admission), Answer::kAccepted);
  EXPECT_EQ(admit(admission), Answer::kFull);
}

TEST(Admission, HasRoomForOneAtLeast) {
  Admission admission(0);
  EXPECT_EQ(admit(admission), Answer::kAcceptedFirst);
  EXPECT_EQ(admit(admission), Answer::kFull);
}

TEST(Admission, LetsTheWorkerBecomeIdleOnlyWhenNothingIsLeft) {
  Admission admission(10);
  (void)admit(admission);
  EXPECT_FALSE(admission.try_become_idle());
  admission.note_left(kOrder);
  EXPECT_TRUE(admission.try_become_idle());
  EXPECT_EQ(admit(admission), Answer::kAcceptedFirst);
}

TEST(Admission, LetsTheWorkerResumeByItself) {
  Admission admission(10);
  EXPECT_TRUE(admission.try_resume());
  EXPECT_FALSE(admission.try_resume());
  EXPECT_EQ(admit(admission), Answer::kAccepted);
}

TEST(Admission, IsDrainedWhenClosedAndEmpty) {
  Admission admission(10);
  (void)admit(admission);
  admission.close();
  EXPECT_EQ(admit(admission), Answer::kClosed);
  EXPECT_FALSE(admission.drained());
  admission.note_discarded();
  EXPECT_TRUE(admission.drained());
  EXPECT_EQ(admission.discarded(), 1U);
  EXPECT_EQ(admission.left(), 1U);
}

TEST(Admission, IsNotDrainedWhileOpen) { EXPECT_FALSE(Admission(1).drained()); }

// Each time that the worker becomes idle, exactly one poster is told to wake it, and the bound
// holds at every moment.
TEST(Admission, KeepsTheBoundAndLosesNoWakeUpUnderLoad) {
  constexpr int kThreads = 4;
  constexpr std::uint64_t kCapacity = 3;
  const std::uint64_t count = scaled(20'000);
  Admission admission(kCapacity);
  std::atomic<std::uint64_t> arrived{0};
  std::atomic<int> wake_ups{0};
  std::vector<std::thread> posters;
  for (int t = 0; t < kThreads; ++t) {
    posters.emplace_back([&] {
      for (std::uint64_t i = 0; i < count;) {
        const Answer answer = admit(admission);
        if (answer == Answer::kFull) {
          std::this_thread::yield();
          continue;
        }
        arrived.fetch_add(1);
        wake_ups += answer == Answer::kAcceptedFirst ? 1 : 0;
        ++i;
      }
    });
  }
  int idle_times = 1;  // it begins idle
  const auto wait_until_woken = [&] {
    while (wake_ups.load() != idle_times) {
      std::this_thread::yield();
    }
  };
  wait_until_woken();
  for (std::uint64_t left = 0; left < kThreads * count;) {
    ASSERT_LE(admission.accepted() - left, kCapacity);
    if (arrived.load() > left) {
      admission.note_left(kOrder);
      ++left;
    } else if (admission.try_become_idle()) {
      ++idle_times;
      if (left < kThreads * count) {
        wait_until_woken();
      }
    }
  }
  for (std::thread& poster : posters) {
    poster.join();
  }
}

}  // namespace
}  // namespace hookline
