#include "marshal/owned_request.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookline {

using namespace detail;

namespace {

std::vector<Value> arguments(const OwnedRequest& owned) { return owned.view().copy_args(); }

TEST(OwnedRequest, KeepsPlainArgumentsPacked) {
  OwnedRequest owned;
  owned.add_text("nick");
  owned.add_value(Value(3));
  owned.add_value(Value(0.5));
  EXPECT_EQ(owned.view().packed.size(), 3U);
  EXPECT_TRUE(owned.view().args.empty());
  EXPECT_EQ(arguments(owned), (std::vector<Value>{"nick", 3, 0.5}));
}

TEST(OwnedRequest, PacksSixArgumentsOfAllPlainKinds) {
  OwnedRequest owned;
  owned.add(Argument(std::string_view("nick")));
  owned.add(Argument(std::int64_t{-5}));
  owned.add(Argument(0.25));
  owned.add(Argument(std::string_view()));
  owned.add(Argument(std::string_view("a\0b", 3)));
  owned.add(Argument(INT64_MIN));
  EXPECT_EQ(owned.view().packed.size(), kMostPacked);
  EXPECT_EQ(arguments(owned),
            (std::vector<Value>{"nick", -5, 0.25, "", std::string("a\0b", 3), Value(INT64_MIN)}));
}

// The sizes include those around the limit, and each text is before and after other scalars.
TEST(OwnedRequest, KeepsTextsOfAnySize) {
  for (std::size_t size = 0; size < 300; ++size) {
    OwnedRequest owned;
    const std::string text(size, 'x');
    owned.add(Argument(std::int64_t{1}));
    owned.add_text(text);
    owned.add(Argument(std::int64_t{2}));
    owned.add_text(text);
    owned.add(Argument(3.0));
    ASSERT_EQ(owned.view().packed.size(), 5U);
    ASSERT_EQ(arguments(owned), (std::vector<Value>{1, text, 2, text, 3.0})) << size;
  }
}

TEST(OwnedRequest, IsEmptyAgainAfterALargeText) {
  OwnedRequest owned;
  owned.add_text(std::string(100'000, 'x'));
  owned.clear();
  EXPECT_EQ(owned.view().size(), 0U);
  owned.add_text("small");
  EXPECT_EQ(arguments(owned), std::vector<Value>{"small"});
}

// One huge text must not cost its memory for ever. The bytes of the first text follow its length.
TEST(OwnedRequest, GivesBackTheMemoryOfAHugeText) {
  const auto memory = [](const OwnedRequest& owned) {
    return malloc_usable_size(const_cast<char*>(owned.view().packed.bytes));
  };
  OwnedRequest owned;
  owned.add_text(std::string(1'000'000, 'x'));
  EXPECT_GE(memory(owned), 1'000'000U);
  owned.clear();
  owned.add_text(std::string(500, 'y'));
  EXPECT_LT(memory(owned), 10'000U);
}

TEST(OwnedRequest, CanBeMovedWithALargeText) {
  OwnedRequest owned;
  owned.add_text(std::string(500, 'y'));
  OwnedRequest moved = std::move(owned);
  moved.add(Argument(std::int64_t{7}));
  EXPECT_EQ(arguments(moved), (std::vector<Value>{std::string(500, 'y'), 7}));
}

TEST(OwnedRequest, KeepsTheOrderWhenOneIsNotPlain) {
  OwnedRequest owned;
  owned.add_text("first");
  owned.add_value(List{1, 2});
  owned.add_text("third");
  owned.add_value(Value());
  EXPECT_EQ(arguments(owned), (std::vector<Value>{"first", List{1, 2}, "third", Value()}));
}

TEST(OwnedRequest, TakesMoreArgumentsThanCanBePacked) {
  OwnedRequest owned;
  std::vector<Value> expected;
  for (int i = 0; i < 20; ++i) {
    owned.add_text(std::to_string(i));
    expected.emplace_back(std::to_string(i));
  }
  EXPECT_EQ(arguments(owned), expected);
}

TEST(OwnedRequest, IsEmptyAfterClear) {
  OwnedRequest owned("name", {Value(true), Value(2)});
  EXPECT_EQ(arguments(owned), (std::vector<Value>{true, 2}));
  owned.set_text_mode(TextMode::kHost);
  owned.set_extras({.result = ResultForm::kHandle});
  owned.clear();
  EXPECT_TRUE(arguments(owned).empty());
  EXPECT_EQ(owned.view().text, TextMode::kExact);
  EXPECT_EQ(owned.view().extras, nullptr);
  owned.add_text("new");
  EXPECT_EQ(arguments(owned), std::vector<Value>{"new"});
}

TEST(OwnedRequest, CanBeFilledAgainAndAgain) {
  OwnedRequest owned;
  owned.set_name("greet");
  owned.add_text("alice");
  EXPECT_EQ(owned.view().function, Request::kByName);
  EXPECT_EQ(owned.view().name, "greet");
  owned.clear();
  EXPECT_EQ(owned.view().size(), 0U);
  owned.set_function(7);
  owned.set_text_mode(TextMode::kHost);
  owned.add_text("bob");
  EXPECT_EQ(owned.view().function, 7U);
  EXPECT_EQ(owned.view().text, TextMode::kHost);
  EXPECT_EQ(arguments(owned), std::vector<Value>{"bob"});
}

TEST(OwnedRequest, LetsGoOfWhatIsNotText) {
  OwnedRequest request;
  auto object = std::make_shared<int>(1);
  request.add_value(Handle(object));
  request.clear();
  EXPECT_EQ(object.use_count(), 1);
}

}  // namespace
}  // namespace hookline
