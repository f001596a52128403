#include "dispatch/base/mpsc_stack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Item {
  int value = 0;
  int thread = 0;
  Item* next = nullptr;
};

std::vector<int> values(const Item* list) {
  std::vector<int> result;
  for (; list != nullptr; list = list->next) {
    result.push_back(list->value);
  }
  return result;
}

TEST(MpscStack, GivesWhatWasPushedInOrder) {
  MpscStack<Item> stack;
  Item items[] = {{1}, {2}, {3}};
  for (Item& item : items) {
    stack.push(item);
  }
  EXPECT_FALSE(stack.empty());
  EXPECT_THAT(values(stack.take_all()), ElementsAre(1, 2, 3));
  EXPECT_TRUE(stack.empty());
  EXPECT_THAT(values(stack.take_all()), IsEmpty());
}

TEST(MpscStack, TellsWhetherAnItemIsTheFirst) {
  MpscStack<Item> stack;
  Item items[] = {{1}, {2}, {3}};
  EXPECT_EQ(stack.push(items[0]), Pushed::kFirst);
  EXPECT_EQ(stack.push(items[1]), Pushed::kBehind);
  (void)stack.take_all();
  EXPECT_EQ(stack.push(items[2]), Pushed::kFirst);
}

TEST(MpscStack, TakesTheSameAfterTelling) {
  MpscStack<Item> stack;
  Item items[] = {{1}, {2}};
  EXPECT_EQ(stack.take_all_after_telling(), nullptr);
  stack.push(items[0]);
  stack.push(items[1]);
  EXPECT_THAT(values(stack.take_all_after_telling()), ElementsAre(1, 2));
  (void)stack.close();
  EXPECT_EQ(stack.take_all_after_telling(), nullptr);
  EXPECT_EQ(stack.push(items[0]), Pushed::kClosed) << "it stays closed";
}

TEST(MpscStack, TakesNothingMoreWhenClosed) {
  MpscStack<Item> stack;
  Item items[] = {{1}, {2}, {3}};
  stack.push(items[0]);
  stack.push(items[1]);
  EXPECT_THAT(values(stack.close()), ElementsAre(1, 2));
  EXPECT_EQ(stack.push(items[2]), Pushed::kClosed);
  EXPECT_TRUE(stack.empty());
  EXPECT_EQ(stack.take_all(), nullptr);
  EXPECT_EQ(stack.close(), nullptr);
}

// Every item arrives once, the items of each thread arrive in order, and one push per take is told
// to wake the consumer.
TEST(MpscStack, LosesNothingBetweenManyThreads) {
  constexpr int kThreads = 4;
  const int count = static_cast<int>(scaled(50'000));
  MpscStack<Item> stack;
  std::atomic<int> firsts{0};
  std::vector<std::vector<Item>> items(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    items[static_cast<std::size_t>(t)].resize(static_cast<std::size_t>(count));
    threads.emplace_back([&, t] {
      for (int i = 0; i < count; ++i) {
        Item& item = items[static_cast<std::size_t>(t)][static_cast<std::size_t>(i)];
        item.value = i;
        item.thread = t;
        firsts += stack.push(item) == Pushed::kFirst ? 1 : 0;
      }
    });
  }
  std::map<int, int> expected;
  int takes = 0;
  for (int seen = 0; seen < kThreads * count;) {
    Item* list = stack.take_all();
    takes += list != nullptr ? 1 : 0;
    for (; list != nullptr; list = list->next, ++seen) {
      ASSERT_EQ(list->value, expected[list->thread]++);
    }
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(firsts.load(), takes);
}

}  // namespace
}  // namespace hookline
