#include "dispatch/call/queue_slot.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

std::vector<Value> arguments(const QueueSlot& slot) {
  RequestSpace space;
  std::vector<Value> all;
  for (const Scalar& scalar : slot.request(space).scalars) {
    all.push_back(scalar.to_value());
  }
  return all;
}

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
  slot.set_text_mode(TextMode::kHub);
  EXPECT_TRUE(slot.try_add(Scalar(std::string_view("nick"))));
  EXPECT_TRUE(slot.try_add(Scalar(std::int64_t{-5})));
  EXPECT_TRUE(slot.try_add(Scalar(0.25)));
  EXPECT_TRUE(slot.carries_request());
  RequestSpace space;
  const Request request = slot.request(space);
  EXPECT_EQ(request.function, 7U);
  EXPECT_EQ(request.text, TextMode::kHub);
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
  for (std::size_t size = 0; size <= 88; ++size) {
    QueueSlot slot(call);
    slot.set_function(1);
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
      text.push_back(static_cast<char>('a' + (i % 26)));
    }
    ASSERT_TRUE(slot.try_add(Scalar(std::string_view(text)))) << size;
    const bool second = slot.try_add(Scalar(std::string_view("xy")));
    EXPECT_EQ(second, size + 10 <= 96) << size;
    QueueSlot moved(std::move(slot));
    QueueSlot copy;
    copy = moved;
    const auto expected = second ? std::vector<Value>{text, "xy"} : std::vector<Value>{text};
    EXPECT_EQ(arguments(moved), expected);
    EXPECT_EQ(arguments(copy), expected);
    EXPECT_EQ(copy.lines(), size + 4 + (second ? 6 : 0) <= 32 ? 1U : 2U);
  }
}

TEST(QueueSlot, RefusesWhatHasNoRoom) {
  ProbeCall call;
  QueueSlot slot(call);
  const std::string large(93, 'x');
  EXPECT_FALSE(slot.try_add(Scalar(std::string_view(large))));
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(slot.try_add(Scalar(std::int64_t{i})));
  }
  EXPECT_FALSE(slot.try_add(Scalar(std::int64_t{6})));
  slot.set_function(1);
  EXPECT_EQ(arguments(slot), (std::vector<Value>{0, 1, 2, 3, 4, 5}));
}

TEST(QueueSlot, ForgetsItsRequest) {
  ProbeCall call;
  QueueSlot slot(call);
  slot.set_function(1);
  EXPECT_TRUE(slot.try_add(Scalar(std::string_view("a"))));
  EXPECT_TRUE(slot.try_add(Scalar(1.5)));
  EXPECT_EQ(arguments(slot), (std::vector<Value>{"a", 1.5}));
  slot.clear_request();
  EXPECT_TRUE(arguments(slot).empty());
  EXPECT_FALSE(slot.carries_request());
}

}  // namespace
}  // namespace hookline
