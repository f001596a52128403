#include "dispatch/base/object_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <iterator>
#include <set>
#include <string>
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
  std::set<Item*> items;
  for (int i = 0; i < 100; ++i) {
    items.insert(&pool.get());
  }
  EXPECT_EQ(items.size(), 100U);
  for (Item* item : items) {
    pool.put(*item);
  }
}

// Objects that another thread returns come back in batches, so their number stays bounded.
TEST(ObjectPool, GetsBackWhatAnotherThreadReturns) {
  ObjectPool<Item> pool;
  std::set<Item*> ever;
  for (int round = 0; round < 50; ++round) {
    std::vector<Item*> items;
    for (int i = 0; i < 10; ++i) {
      items.push_back(&pool.get());
      ever.insert(items.back());
    }
    std::thread([&] {
      for (Item* item : items) {
        pool.put(*item);
      }
    }).join();
  }
  EXPECT_LE(ever.size(), 96U);
}

// A thread that returns objects of two other threads in turn sends each to its owner.
TEST(ObjectPool, KeepsBatchesOfTwoOwnersApart) {
  constexpr std::size_t kItems = 64;
  constexpr std::size_t kRun =
      8;  // the last run of the other owner stays in a batch that is not sent
  ObjectPool<Item> pool;
  const auto take = [&](std::size_t count) {
    std::set<Item*> items;
    while (items.size() < count) {
      items.insert(&pool.get());
    }
    return items;
  };
  const auto put_run = [&](std::set<Item*>::const_iterator& from) {
    for (std::size_t i = 0; i < kRun; ++i) {
      pool.put(**from++);
    }
  };
  const std::set<Item*> mine = take(kItems);
  std::thread([&] {
    const std::set<Item*> own = take(kItems);
    std::thread([&] {
      auto of_mine = mine.begin();
      for (auto of_own = own.begin(); of_own != own.end();) {
        put_run(of_mine);
        put_run(of_own);
      }
    }).join();
    const std::set<Item*> again = take(kItems - kRun);
    EXPECT_TRUE(std::ranges::includes(own, again));
  }).join();
  EXPECT_EQ(take(kItems), mine);
}

// The same two threads run throughout, so that batches of one shard come and go.
TEST(ObjectPool, KeepsTheNumberOfObjectsBoundedBetweenTwoThreads) {
  constexpr int kRounds = 2'000;
  constexpr std::size_t kInUse = 100;
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
  // There are the objects in use, an unfinished batch, one that has arrived and is not needed yet,
  // and a slab.
  EXPECT_LE(ever.size(), kInUse + 3 * 32U);
}

// Each thread returns the other's objects: batches go both ways, full and empty ones.
TEST(ObjectPool, KeepsTheNumberOfObjectsBoundedWhenTwoThreadsSwap) {
  constexpr int kRounds = 2'000;
  constexpr std::size_t kInUse = 70;
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
    EXPECT_LE(own.size(), kInUse + 3 * 32U);
  }
  std::vector<Item*> both;
  std::ranges::set_intersection(ever[0], ever[1], std::back_inserter(both));
  EXPECT_TRUE(both.empty()) << "an object has got to a shard that it does not belong to";
}

// A thread without a slot has no batches: an object that it returns goes to its owner singly.
TEST(ObjectPool, GivesOutAgainWhatAThreadWithoutSlotReturns) {
  ObjectPool<Item> pool;
  std::set<Item*> first;
  // This takes all objects that the owner has, so that it must refill.
  for (int i = 0; i < 32; ++i) {
    first.insert(&pool.get());
  }
  const SlotHog hog;
  std::thread([&] {
    for (Item* item : first) {
      item->text = "back";
      pool.put(*item);
    }
  }).join();
  std::set<Item*> again;
  for (int i = 0; i < 32; ++i) {
    Item& item = pool.get();
    EXPECT_EQ(item.text, "back");
    again.insert(&item);
  }
  EXPECT_EQ(again, first);
  Item& one_more = pool.get();
  EXPECT_FALSE(first.contains(&one_more));
  for (Item* item : again) {
    pool.put(*item);
  }
  pool.put(one_more);
}

TEST(ObjectPool, TakesSingleObjectsAndBatchesTogether) {
  ObjectPool<Item> pool;
  std::vector<Item*> items;
  for (int i = 0; i < 64; ++i) {
    items.push_back(&pool.get());
  }
  const std::set<Item*> first(items.begin(), items.end());
  std::thread([&] {
    for (int i = 0; i < 32; ++i) {
      pool.put(*items[static_cast<std::size_t>(i)]);  // a batch
    }
  }).join();
  const SlotHog hog;
  std::thread([&] {
    for (int i = 32; i < 64; ++i) {
      pool.put(*items[static_cast<std::size_t>(i)]);  // one by one
    }
  }).join();
  std::set<Item*> again;
  for (int i = 0; i < 64; ++i) {
    again.insert(&pool.get());
  }
  EXPECT_EQ(again, first);
  for (Item* item : again) {
    pool.put(*item);
  }
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

}  // namespace
}  // namespace hookline
