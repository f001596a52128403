#include "dispatch/base/object_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "hookline/detail/block_pool.h"
#include "tests/support/slot_hog.h"

namespace hookline {

using namespace detail;

namespace {

struct Item : PoolItem {
  std::string text;
};

// These tests know neither how many objects the pool makes at a time, nor how many it passes from
// thread to thread at a time. Each takes so many that the ones which the pool keeps back in between
// do not matter.

// Takes `count` objects. None may be in use already.
std::set<Item*> take(ObjectPool<Item>& pool, std::size_t count) {
  std::set<Item*> items;
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_TRUE(items.insert(&pool.get()).second) << "an object was given out twice";
  }
  return items;
}

void put_all(ObjectPool<Item>& pool, const std::set<Item*>& items) {
  for (Item* item : items) {
    pool.put(*item);
  }
}

std::size_t count_common(const std::set<Item*>& some, const std::set<Item*>& others) {
  std::vector<Item*> both;
  std::ranges::set_intersection(some, others, std::back_inserter(both));
  return both.size();
}

TEST(ObjectPool, GivesTheSameObjectAgainWithItsStorage) {
  ObjectPool<Item> pool;
  Item& first = pool.get();
  first.text.assign(1000, 'x');
  pool.put(first);
  Item& second = pool.get();
  EXPECT_EQ(&second, &first);
  EXPECT_GE(second.text.capacity(), 1000U);
  pool.put(second);
}

TEST(ObjectPool, GivesDifferentObjectsWhileTheyAreInUse) {
  ObjectPool<Item> pool;
  put_all(pool, take(pool, 100));
}

// Objects that another thread returns come back, so their number stays bounded.
TEST(ObjectPool, GetsBackWhatAnotherThreadReturns) {
  constexpr std::size_t kInUse = 200;
  constexpr std::size_t kRounds = 50;
  ObjectPool<Item> pool;
  std::set<Item*> ever;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::set<Item*> items = take(pool, kInUse);
    ever.insert(items.begin(), items.end());
    std::thread([&] { put_all(pool, items); }).join();
  }
  EXPECT_LE(ever.size(), 3 * kInUse) << "of " << kRounds * kInUse << " that were given out";
}

// A thread that returns objects of two other threads in turn sends each to its owner.
TEST(ObjectPool, KeepsBatchesOfTwoOwnersApart) {
  constexpr std::size_t kItems = 512;
  constexpr std::size_t kRun = 8;
  ObjectPool<Item> pool;
  const auto put_run = [&](std::set<Item*>::const_iterator& from) {
    for (std::size_t i = 0; i < kRun; ++i) {
      pool.put(**from++);
    }
  };
  const std::set<Item*> mine = take(pool, kItems);
  std::thread([&] {
    const std::set<Item*> own = take(pool, kItems);
    std::thread([&] {
      auto of_mine = mine.begin();
      for (auto of_own = own.begin(); of_own != own.end();) {
        put_run(of_mine);
        put_run(of_own);
      }
    }).join();
    const std::set<Item*> again = take(pool, 2 * kItems);
    // The last run may be in a batch that has not been sent.
    EXPECT_GE(count_common(own, again), kItems - kRun);
    EXPECT_EQ(count_common(mine, again), 0U);
  }).join();
  EXPECT_EQ(count_common(mine, take(pool, 2 * kItems)), kItems);
}

// The same two threads run throughout, so that batches of one shard come and go.
TEST(ObjectPool, KeepsTheNumberOfObjectsBoundedBetweenTwoThreads) {
  constexpr int kRounds = 2'000;
  constexpr std::size_t kInUse = 200;
  ObjectPool<Item> pool;
  std::vector<Item*> on_their_way;
  std::barrier<> turn(2);
  std::thread other([&] {
    for (int round = 0; round < kRounds; ++round) {
      turn.arrive_and_wait();  // the other thread has taken its objects
      for (Item* item : on_their_way) {
        pool.put(*item);
      }
      turn.arrive_and_wait();
    }
  });
  std::set<Item*> ever;
  for (int round = 0; round < kRounds; ++round) {
    on_their_way.clear();
    // The number varies, so that batches are left half full and slabs are not filled evenly.
    const std::size_t count = kInUse - static_cast<std::size_t>(round % 7);
    for (std::size_t i = 0; i < count; ++i) {
      on_their_way.push_back(&pool.get());
    }
    ever.insert(on_their_way.begin(), on_their_way.end());
    turn.arrive_and_wait();
    turn.arrive_and_wait();
  }
  other.join();
  // If only one object were lost in each round, there would be thousands.
  EXPECT_LE(ever.size(), 3 * kInUse);
}

// Each thread returns the other's objects: batches go both ways, full and empty ones.
TEST(ObjectPool, KeepsTheNumberOfObjectsBoundedWhenTwoThreadsSwap) {
  constexpr int kRounds = 2'000;
  constexpr std::size_t kInUse = 200;
  ObjectPool<Item> pool;
  std::array<std::vector<Item*>, 2> taken;
  std::array<std::set<Item*>, 2> ever;
  std::barrier<> turn(2);
  const auto swap = [&](std::size_t me) {
    for (int round = 0; round < kRounds; ++round) {
      for (std::size_t i = 0; i < kInUse; ++i) {
        taken[me].push_back(&pool.get());
      }
      ever[me].insert(taken[me].begin(), taken[me].end());
      turn.arrive_and_wait();
      for (Item* item : taken[1 - me]) {
        pool.put(*item);
      }
      turn.arrive_and_wait();
      taken[me].clear();
    }
  };
  std::thread other([&] { swap(1); });
  swap(0);
  other.join();
  for (const auto& own : ever) {
    EXPECT_LE(own.size(), 3 * kInUse);
  }
  EXPECT_EQ(count_common(ever[0], ever[1]), 0U)
      << "an object has got to a shard that it does not belong to";
}

// A thread without a slot has no batches: an object that it returns goes to its owner singly.
TEST(ObjectPool, GivesOutAgainWhatAThreadWithoutSlotReturns) {
  constexpr std::size_t kItems = 200;
  ObjectPool<Item> pool;
  const std::set<Item*> first = take(pool, kItems);
  const SlotHog hog;
  std::thread([&] {
    for (Item* item : first) {
      item->text = "back";
      pool.put(*item);
    }
  }).join();
  const std::set<Item*> again = take(pool, 2 * kItems);
  EXPECT_EQ(count_common(first, again), kItems);
  for (const Item* item : first) {
    EXPECT_EQ(item->text, "back");
  }
  put_all(pool, again);
}

TEST(ObjectPool, TakesSingleObjectsAndBatchesTogether) {
  constexpr std::size_t kHalf = 500;
  ObjectPool<Item> pool;
  const std::set<Item*> batched = take(pool, kHalf);
  const std::set<Item*> single = take(pool, kHalf);
  std::thread([&] { put_all(pool, batched); }).join();
  const SlotHog hog;
  std::thread([&] { put_all(pool, single); }).join();
  const std::set<Item*> again = take(pool, 4 * kHalf);
  EXPECT_EQ(count_common(single, again), kHalf);
  // The last batch may be unfinished, and is then not sent.
  EXPECT_GE(count_common(batched, again), kHalf / 2);
  put_all(pool, again);
}

struct CountedItem : PoolItem {
  CountedItem() { ++alive; }
  CountedItem(const CountedItem&) = delete;
  CountedItem& operator=(const CountedItem&) = delete;
  ~CountedItem() { --alive; }
  static inline std::atomic<int> alive{0};
};

// Such a thread has no shard that could keep an object, so each get() makes one and put() frees it.
TEST(ObjectPool, ServesThreadsWithoutSlotFromTheHeap) {
  ObjectPool<CountedItem> pool;
  CountedItem& mine = pool.get();
  const int kept = CountedItem::alive;
  const SlotHog hog;
  std::thread([&] {
    CountedItem& item = pool.get();
    EXPECT_EQ(CountedItem::alive, kept + 1);
    pool.put(item);
    EXPECT_EQ(CountedItem::alive, kept);
    pool.put(mine);
    EXPECT_EQ(CountedItem::alive, kept) << "the pool keeps the objects of its shards";
  }).join();
}

TEST(BlockPool, GivesBlocksOfAnySize) {
  for (const std::size_t size :
       {1UL, 128UL, 129UL, 300UL, 512UL, 513UL, 1024UL, 1025UL, 100'000UL}) {
    auto* const block = static_cast<char*>(BlockPool::allocate(size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0U);
    std::fill_n(block, size, 'x');
    BlockPool::deallocate(block, size);
  }
}

TEST(BlockPool, BlocksDoNotOverlap) {
  constexpr std::size_t kBlocks = 8;
  for (const std::size_t size : {1UL, 128UL, 129UL, 256UL, 257UL, 512UL, 513UL, 1024UL, 1025UL}) {
    std::vector<char*> blocks;
    for (std::size_t i = 0; i < kBlocks; ++i) {
      blocks.push_back(static_cast<char*>(BlockPool::allocate(size)));
      std::fill_n(blocks.back(), size, static_cast<char>('a' + i));
    }
    for (std::size_t i = 0; i < kBlocks; ++i) {
      EXPECT_EQ(std::string_view(blocks[i], size), std::string(size, static_cast<char>('a' + i)));
      BlockPool::deallocate(blocks[i], size);
    }
  }
}

}  // namespace
}  // namespace hookline
