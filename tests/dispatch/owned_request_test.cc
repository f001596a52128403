#include "dispatch/call/owned_request.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
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
