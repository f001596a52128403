#include "dispatch/base/thread_slot.h"

#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "dispatch/base/slot_table.h"
#include "tests/support/slot_hog.h"

namespace hookline {

using namespace detail;

namespace {

std::uint32_t slot_of_a_new_thread() {
  std::uint32_t slot = 0;
  std::thread([&] { slot = ThreadSlot::current(); }).join();
  return slot;
}

TEST(ThreadSlot, StaysTheSame) {
  const std::uint32_t slot = ThreadSlot::current();
  EXPECT_LT(slot, ThreadSlot::kLimit);
  EXPECT_EQ(ThreadSlot::current(), slot);
}

TEST(ThreadSlot, IsUsedAgainAfterItsThread) {
  const std::uint32_t mine = ThreadSlot::current();
  const std::uint32_t first = slot_of_a_new_thread();
  EXPECT_NE(first, mine);
  EXPECT_EQ(slot_of_a_new_thread(), first);
}

TEST(ThreadSlot, DiffersBetweenLivingThreads) {
  constexpr int kThreads = 40;
  std::latch all{kThreads};
  std::mutex mutex;
  std::set<std::uint32_t> slots;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      {
        const std::scoped_lock lock(mutex);
        slots.insert(ThreadSlot::current());
      }
      all.arrive_and_wait();
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(slots.size(), kThreads);
  EXPECT_LE(*slots.rbegin(), kThreads);
}

TEST(ThreadSlot, RunsOutAndComesBack) {
  (void)ThreadSlot::current();
  {
    const SlotHog hog;
    EXPECT_EQ(slot_of_a_new_thread(), ThreadSlot::kNone);
  }
  EXPECT_LT(slot_of_a_new_thread(), ThreadSlot::kLimit);
}

TEST(SlotTable, KeepsOneForEachThread) {
  SlotTable<int> table;
  const auto make = [] { return std::make_unique<int>(0); };
  int* const mine = table.local(make);
  EXPECT_EQ(table.local(make), mine);
  *mine = 1;
  int* other = nullptr;
  std::thread([&] {
    other = table.local(make);
    EXPECT_EQ(*other, 0);
    *other = 2;
    EXPECT_EQ(table.local(make), other);
  }).join();
  EXPECT_NE(other, mine);
  EXPECT_EQ(*mine, 1);
  EXPECT_EQ(*other, 2) << "the table keeps what an ended thread left";
}

TEST(SlotTable, HandsOnWhatAnEndedThreadLeft) {
  SlotTable<int> table;
  const auto make = [] { return std::make_unique<int>(0); };
  std::thread([&] { *table.local(make) = 7; }).join();
  std::thread([&] { EXPECT_EQ(*table.local(make), 7); }).join();
}

TEST(SlotTable, HasNothingForAThreadWithoutSlot) {
  SlotTable<int> table;
  const SlotHog hog;
  std::thread([&] {
    EXPECT_EQ(table.local([] { return std::make_unique<int>(0); }), nullptr);
  }).join();
}

}  // namespace
}  // namespace hookline
