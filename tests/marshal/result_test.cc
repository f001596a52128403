#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <expected>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {
namespace {

using testing::HasSubstr;

struct Animal {
  virtual ~Animal() = default;
};
struct Cat : Animal {};

Error raised() {
  return {.code = ErrorCode::kScriptRaised,
          .message = "no such user",
          .python_type = "KeyError",
          .traceback = "Traceback (most recent call last):\n  File \"a.py\", line 3\n"};
}

static_assert(sizeof(Result<Value>) == sizeof(std::expected<Value, Error>));
static_assert(std::is_nothrow_move_constructible_v<Result<Value>>);
static_assert(std::is_nothrow_move_constructible_v<Result<void>>);
static_assert(std::is_nothrow_move_assignable_v<Result<Value>>);
static_assert(std::is_convertible_v<int, Result<Value>>);
static_assert(!std::is_convertible_v<const void*, Result<std::unique_ptr<int>>>);
static_assert(!std::is_constructible_v<Result<int>, std::string>);
static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);

TEST(Result, HasAValue) {
  Result<std::string> result = "abc";
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result);
  EXPECT_EQ(*result, "abc");
  EXPECT_EQ(result->size(), 3U);
  EXPECT_EQ(result.value(), "abc");
  EXPECT_EQ(std::move(result).value(), "abc");
}

TEST(Result, IsADefaultValueOrSuccessWhenEmptyBracesAreReturned) {
  const auto none = []() -> Result<std::optional<Value>> { return {}; };
  const auto success = []() -> Result<void> { return {}; };
  EXPECT_FALSE(none().value().has_value());
  EXPECT_NO_THROW(success().value());
}

TEST(Result, ValueOfAnErrorThrowsWhatTheErrorSays) {
  const Result<int> result = std::unexpected(raised());
  try {
    (void)result.value();
    FAIL() << "it did not throw";
  } catch (const BadResult& thrown) {
    EXPECT_EQ(thrown.error(), raised());
    EXPECT_STREQ(thrown.what(),
                 "script_raised: KeyError: no such user\n"
                 "Traceback (most recent call last):\n  File \"a.py\", line 3\n");
  }
}

TEST(Result, EveryValueThrows) {
  Result<std::string> text = std::unexpected(raised());
  Result<void> nothing = std::unexpected(raised());
  const Result<void> constant = nothing;
  EXPECT_THROW((void)text.value(), BadResult);
  EXPECT_THROW((void)std::move(text).value(), BadResult);
  EXPECT_THROW(constant.value(), BadResult);
  EXPECT_THROW(std::move(nothing).value(), BadResult);
}

TEST(Result, WhatIsThrownIsAStdExceptionWhoseCopiesShareTheError) {
  std::optional<BadResult> copy;
  try {
    Result<void>(fail(ErrorCode::kQueueFull, "mailbox is full")).value();
  } catch (const std::exception& thrown) {
    copy = dynamic_cast<const BadResult&>(thrown);
    EXPECT_STREQ(thrown.what(), "queue_full: mailbox is full");
    EXPECT_EQ(&copy->error(), &dynamic_cast<const BadResult&>(thrown).error());
  }
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->error().code, ErrorCode::kQueueFull);
}

TEST(Result, ConvertsToAResultOfABase) {
  Result<std::unique_ptr<Cat>> cat = std::make_unique<Cat>();
  const Cat* const address = cat->get();
  const Result<std::unique_ptr<Animal>> animal = std::move(cat);
  ASSERT_TRUE(animal);
  EXPECT_EQ(animal->get(), address);
  const Result<std::shared_ptr<Cat>> none = fail(ErrorCode::kCancelled, "cancelled");
  const Result<std::shared_ptr<Animal>> converted = none;
  ASSERT_FALSE(converted);
  EXPECT_EQ(converted.error(), none.error());
}

// As a bool, a result could be mistaken for its has_value().
TEST(Result, AResultOfBoolIsCopiedAndNotConverted) {
  Result<bool> no = false;
  Result<bool> failed = fail(ErrorCode::kCancelled, "cancelled");
  const Result<bool> copied(no);
  const Result<bool> copied_error(failed);
  const Result<bool> moved(std::move(no));
  EXPECT_FALSE(*copied);
  EXPECT_FALSE(*moved);
  EXPECT_FALSE(copied_error.has_value());
  const Result<int> zero = 0;
  EXPECT_FALSE(Result<bool>(zero).value());
  Result<std::optional<bool>> assigned = true;
  assigned = Result<std::optional<bool>>(std::nullopt);
  EXPECT_EQ(assigned.value(), std::nullopt);
}

TEST(Result, ConvertsFromAndToStdExpected) {
  const std::expected<int, Error> standard = 3;
  const Result<int> ours = standard;
  const std::expected<int, Error> again = ours;
  EXPECT_EQ(ours, 3);
  EXPECT_EQ(*again, 3);
  const std::expected<void, Error> failed = fail(ErrorCode::kDropped, "dropped");
  EXPECT_EQ(Result<void>(failed).error().code, ErrorCode::kDropped);
}

TEST(Result, IsAssignedValuesAndErrors) {
  Result<Value> result;
  result = 3;
  EXPECT_EQ(result, Value(3));
  result = fail(ErrorCode::kDropped, "dropped");
  EXPECT_EQ(result.error().code, ErrorCode::kDropped);
  result = Value("text");
  EXPECT_EQ(*result, Value("text"));
  result = {};
  EXPECT_EQ(result, Value());
  Result<void> done = fail(ErrorCode::kDropped, "dropped");
  done = {};
  EXPECT_TRUE(done.has_value());
}

TEST(Result, IsMadeInPlace) {
  const Result<std::string> text(std::in_place, 3U, 'x');
  const Result<std::string> error(std::unexpect, raised());
  EXPECT_EQ(text, "xxx");
  EXPECT_EQ(error.error(), raised());
}

TEST(Result, ComparesValuesAndErrors) {
  const Result<int> three = 3;
  const Result<int> failed = std::unexpected(raised());
  EXPECT_EQ(three, Result<int>(3));
  EXPECT_NE(three, Result<int>(4));
  EXPECT_NE(three, failed);
  EXPECT_EQ(failed, std::unexpected(raised()));
  EXPECT_EQ(three, 3);
  EXPECT_NE(failed, 3);
  EXPECT_NE(Result<void>(), Result<void>(std::unexpected(raised())));
  EXPECT_EQ(Result<void>(), Result<void>());
}

TEST(ErrorHint, EveryCodeSaysWhenItComesAndWhatToDo) {
#define HOOKLINE_CHECK(enumerator, name, when_it_comes, to_do)             \
  EXPECT_EQ(error_name(ErrorCode::enumerator), name);                      \
  EXPECT_EQ(error_hint(ErrorCode::enumerator).when, when_it_comes);        \
  EXPECT_EQ(error_hint(ErrorCode::enumerator).what_to_do, to_do);          \
  EXPECT_THAT(std::string(when_it_comes), testing::MatchesRegex(".+\\.")); \
  EXPECT_THAT(std::string(to_do), testing::MatchesRegex(".+\\."));
  HOOKLINE_ERROR_CODES(HOOKLINE_CHECK)
#undef HOOKLINE_CHECK
  EXPECT_TRUE(error_hint(static_cast<ErrorCode>(250)).when.empty());
}

TEST(ErrorHint, TheDocumentationHasTheSameTable) {
  std::string table = "| Name | When it comes | What to do |\n|---|---|---|\n";
#define HOOKLINE_ROW(enumerator, name, when, what_to_do) \
  table += "| `" name "` | " when " | " what_to_do " |\n";
  HOOKLINE_ERROR_CODES(HOOKLINE_ROW)
#undef HOOKLINE_ROW
  std::ifstream file(HOOKLINE_SOURCE_DIR "/docs/errors.md");
  const std::string docs(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(docs, HasSubstr(table));
}

}  // namespace
}  // namespace hookline
