#include "dispatch/base/object_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

struct Thing : PoolItem {
  std::string text;
};

TEST(ObjectPool, GivesTheSameObjectAgainWithItsStorage) {
  ObjectPool<Thing> recycler;
  Thing& first = recycler.get();
  first.text.assign(1000, 'x');
  recycler.put(first);
  Thing& second = recycler.get();
  EXPECT_EQ(&second, &first);
  EXPECT_GE(second.text.capacity(), 1000U);
  recycler.put(second);
}

TEST(ObjectPool, GivesDifferentObjectsWhileTheyAreInUse) {
  ObjectPool<Thing> recycler;
  std::set<Thing*> things;
  for (int i = 0; i < 100; ++i) {
    things.insert(&recycler.get());
  }
  EXPECT_EQ(things.size(), 100U);
  for (Thing* thing : things) {
    recycler.put(*thing);
  }
}

// What another thread returns comes back in parcels, so that the number of objects stays bounded.
TEST(ObjectPool, GetsBackWhatAnotherThreadReturns) {
  ObjectPool<Thing> recycler;
  std::set<Thing*> ever;
  for (int round = 0; round < 50; ++round) {
    std::vector<Thing*> things;
    for (int i = 0; i < 10; ++i) {
      things.push_back(&recycler.get());
      ever.insert(things.back());
    }
    std::thread([&] {
      for (Thing* thing : things) {
        recycler.put(*thing);
      }
    }).join();
  }
  EXPECT_LE(ever.size(), 96U);
}

TEST(ObjectPool, KeepsParcelsOfTwoHomesApart) {
  ObjectPool<Thing> recycler;
  std::vector<Thing*> things;
  for (int i = 0; i < 40; ++i) {
    things.push_back(&recycler.get());
  }
  std::thread([&] {
    std::vector<Thing*> own;
    for (Thing* thing : things) {
      own.push_back(&recycler.get());
      recycler.put(*thing);
    }
    std::thread([&] {
      for (Thing* thing : own) {
        recycler.put(*thing);
      }
    }).join();
  }).join();
}

// The same two threads throughout, so that it is the parcels of one shard that come and go.
TEST(ObjectPool, KeepsTheNumberOfObjectsBoundedBetweenTwoThreads) {
  constexpr int kRounds = 2'000;
  constexpr std::size_t kInUse = 100;
  ObjectPool<Thing> recycler;
  std::vector<Thing*> on_their_way;
  std::barrier<> turn(2);
  std::thread other([&] {
    for (int round = 0; round < kRounds; ++round) {
      turn.arrive_and_wait();  // they have been taken
      for (Thing* thing : on_their_way) {
        recycler.put(*thing);
      }
      turn.arrive_and_wait();
    }
  });
  std::set<Thing*> ever;
  for (int round = 0; round < kRounds; ++round) {
    on_their_way.clear();
    // More and fewer, so that parcels are left half full and slabs are not filled evenly.
    const std::size_t count = kInUse - static_cast<std::size_t>(round % 7);
    for (std::size_t i = 0; i < count; ++i) {
      on_their_way.push_back(&recycler.get());
    }
    ever.insert(on_their_way.begin(), on_their_way.end());
    turn.arrive_and_wait();
    turn.arrive_and_wait();
  }
  other.join();
  // What is in use, a parcel that is not full, one that has come and is not yet needed, a slab.
  EXPECT_LE(ever.size(), kInUse + 3 * 32U);
}

// Each thread returns the other's: parcels go both ways, and so do their empty shells.
TEST(ObjectPool, KeepsTheNumberOfObjectsBoundedWhenTwoThreadsSwap) {
  constexpr int kRounds = 2'000;
  constexpr std::size_t kInUse = 70;
  ObjectPool<Thing> recycler;
  std::array<std::vector<Thing*>, 2> taken;
  std::array<std::set<Thing*>, 2> ever;
  std::barrier<> turn(2);
  const auto swap = [&](std::size_t me) {
    for (int round = 0; round < kRounds; ++round) {
      for (std::size_t i = 0; i < kInUse; ++i) {
        taken[me].push_back(&recycler.get());
      }
      ever[me].insert(taken[me].begin(), taken[me].end());
      turn.arrive_and_wait();
      for (Thing* thing : taken[1 - me]) {
        recycler.put(*thing);
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
  std::vector<Thing*> both;
  std::ranges::set_intersection(ever[0], ever[1], std::back_inserter(both));
  EXPECT_TRUE(both.empty()) << "an object has got to a shard that it does not belong to";
}

// A thread without a slot has no parcels: what it returns waits apart until its home needs it.
TEST(ObjectPool, GivesOutAgainWhatAThreadWithoutSlotReturns) {
  ObjectPool<Thing> recycler;
  std::set<Thing*> first;
  // All that its home has, so that it has to look for more.
  for (int i = 0; i < 32; ++i) {
    first.insert(&recycler.get());
  }
  const SlotHog hog;
  std::thread([&] {
    for (Thing* thing : first) {
      thing->text = "back";
      recycler.put(*thing);
    }
  }).join();
  std::set<Thing*> again;
  for (int i = 0; i < 32; ++i) {
    Thing& thing = recycler.get();
    EXPECT_EQ(thing.text, "back");
    again.insert(&thing);
  }
  EXPECT_EQ(again, first);
  Thing& one_more = recycler.get();
  EXPECT_FALSE(first.contains(&one_more));
  for (Thing* thing : again) {
    recycler.put(*thing);
  }
  recycler.put(one_more);
}

TEST(ObjectPool, TakesStraysAndParcelsTogether) {
  ObjectPool<Thing> recycler;
  std::vector<Thing*> things;
  for (int i = 0; i < 64; ++i) {
    things.push_back(&recycler.get());
  }
  const std::set<Thing*> first(things.begin(), things.end());
  std::thread([&] {
    for (int i = 0; i < 32; ++i) {
      recycler.put(*things[static_cast<std::size_t>(i)]);  // a parcel
    }
  }).join();
  const SlotHog hog;
  std::thread([&] {
    for (int i = 32; i < 64; ++i) {
      recycler.put(*things[static_cast<std::size_t>(i)]);  // strays
    }
  }).join();
  std::set<Thing*> again;
  for (int i = 0; i < 64; ++i) {
    again.insert(&recycler.get());
  }
  EXPECT_EQ(again, first);
  for (Thing* thing : again) {
    recycler.put(*thing);
  }
}

TEST(ObjectPool, ServesThreadsWithoutSlotFromTheHeap) {
  ObjectPool<Thing> recycler;
  Thing& mine = recycler.get();
  const SlotHog hog;
  std::thread([&] {
    Thing& thing = recycler.get();
    thing.text = "there";
    recycler.put(thing);
    recycler.put(mine);
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
