#include "dispatch/recycler.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/block_pool.h"
#include "tests/support/slot_hog.h"

namespace hookline {
namespace {

struct Thing : Recyclable {
  std::string text;
};

TEST(Recycler, GivesTheSameObjectAgainWithItsStorage) {
  Recycler<Thing> recycler;
  Thing& first = recycler.get();
  first.text.assign(1000, 'x');
  recycler.put(first);
  Thing& second = recycler.get();
  EXPECT_EQ(&second, &first);
  EXPECT_GE(second.text.capacity(), 1000U);
  recycler.put(second);
}

TEST(Recycler, GivesDifferentObjectsWhileTheyAreInUse) {
  Recycler<Thing> recycler;
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
TEST(Recycler, GetsBackWhatAnotherThreadReturns) {
  Recycler<Thing> recycler;
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

TEST(Recycler, KeepsParcelsOfTwoHomesApart) {
  Recycler<Thing> recycler;
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

TEST(Recycler, ServesThreadsWithoutSlotFromTheHeap) {
  Recycler<Thing> recycler;
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
