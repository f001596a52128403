#include "dispatch/call/queue_slot.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/base/prefetch.h"
#include "marshal/argument_pack.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

std::vector<Value> arguments(const QueueSlot& slot) { return slot.request().copy_args(); }

TEST(QueueSlot, CarriesNoRequestAtFirst) {
  ProbeCall call;
  const QueueSlot slot(call);
  EXPECT_EQ(&slot.call(), &call);
  EXPECT_FALSE(slot.carries_request());
  EXPECT_FALSE(slot.stamp().measured());
}

TEST(QueueSlot, GivesBackTheRequest) {
  ProbeCall call;
  QueueSlot slot(call);
  slot.set_function(7);
  slot.set_text_mode(TextMode::kHost);
  EXPECT_TRUE(slot.try_add(Argument(std::string_view("nick"))));
  EXPECT_TRUE(slot.try_add(Argument(std::int64_t{-5})));
  EXPECT_TRUE(slot.try_add(Argument(0.25)));
  EXPECT_TRUE(slot.carries_request());
  const Request request = slot.request();
  EXPECT_EQ(request.function, 7U);
  EXPECT_EQ(request.text, TextMode::kHost);
  EXPECT_EQ(arguments(slot), (std::vector<Value>{"nick", -5, 0.25}));
}

TEST(QueueSlot, CarriesACallWithoutArguments) {
  ProbeCall call;
  QueueSlot slot(call);
  slot.set_function(0);
  EXPECT_TRUE(slot.carries_request());
  EXPECT_TRUE(arguments(slot).empty());
}

// Texts of every size up to the largest that fits are copied completely.
TEST(QueueSlot, CopiesAreWhole) {
  ProbeCall call;
  std::size_t size = 0;
  for (; size < sizeof(QueueSlot); ++size) {
    QueueSlot slot(call);
    slot.set_function(1);
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
      text.push_back(static_cast<char>('a' + (i % 26)));
    }
    if (!slot.try_add(Argument(std::string_view(text)))) {
      break;
    }
    std::vector<Value> expected{text};
    if (slot.try_add(Argument(std::string_view("xy")))) {
      expected.emplace_back("xy");
    }
    QueueSlot moved(std::move(slot));
    QueueSlot copy;
    copy = moved;
    EXPECT_EQ(arguments(moved), expected);
    EXPECT_EQ(arguments(copy), expected);
    // The lines behind those that it fills have no part in it.
    const std::size_t filled = copy.lines() * kCacheLine;
    ASSERT_LE(filled, sizeof copy);
    std::memset(reinterpret_cast<char*>(&copy) + filled, '?', sizeof copy - filled);
    EXPECT_EQ(arguments(copy), expected);
  }
  EXPECT_GT(size, sizeof(QueueSlot) / 2) << "most of a slot is there for texts";
  EXPECT_LT(size, sizeof(QueueSlot));
}

TEST(QueueSlot, AShortTextFillsOneLine) {
  ProbeCall call;
  QueueSlot slot(call);
  slot.set_function(1);
  EXPECT_TRUE(slot.try_add(Argument(std::string_view("nick"))));
  EXPECT_EQ(slot.lines(), 1U);
  EXPECT_TRUE(slot.try_add(Argument(std::string_view(std::string(kCacheLine, 'x')))));
  EXPECT_EQ(slot.lines(), 2U);
}

TEST(QueueSlot, RefusesWhatHasNoRoom) {
  ProbeCall call;
  QueueSlot slot(call);
  const std::string large(sizeof(QueueSlot), 'x');
  EXPECT_FALSE(slot.try_add(Argument(std::string_view(large))));
  std::vector<Value> expected;
  for (std::size_t i = 0; i < kMostPacked; ++i) {
    EXPECT_TRUE(slot.try_add(Argument(static_cast<std::int64_t>(i))));
    expected.emplace_back(static_cast<std::int64_t>(i));
  }
  EXPECT_FALSE(slot.try_add(Argument(std::int64_t{-1})));
  slot.set_function(1);
  EXPECT_EQ(arguments(slot), expected);
}

TEST(QueueSlot, ForgetsItsRequest) {
  ProbeCall call;
  QueueSlot slot(call);
  slot.set_function(1);
  EXPECT_TRUE(slot.try_add(Argument(std::string_view("a"))));
  EXPECT_TRUE(slot.try_add(Argument(1.5)));
  EXPECT_EQ(arguments(slot), (std::vector<Value>{"a", 1.5}));
  slot.clear_request();
  EXPECT_TRUE(arguments(slot).empty());
  EXPECT_FALSE(slot.carries_request());
}

}  // namespace
}  // namespace hookline
