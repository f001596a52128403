#include "plugin/event/script_errors.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "tests/support/manual_clock.h"

namespace hookline::test {
namespace {

Error raised(std::string message) {
  return {.code = ErrorCode::kScriptRaised,
          .message = std::move(message),
          .python_type = "ValueError",
          .traceback = "Traceback ..."};
}

class ScriptErrorsTest : public ::testing::Test {
 protected:
  ManualClock clock;
  ScriptErrors errors{clock};
};

TEST_F(ScriptErrorsTest, ThereIsNoneAtFirst) {
  EXPECT_EQ(errors.count(), 0U);
  EXPECT_FALSE(errors.last());
}

TEST_F(ScriptErrorsTest, CountsAllAndKeepsTheLastWithItsTime) {
  errors.note(raised("one"));
  clock.advance(std::chrono::seconds(3));
  errors.note(raised("two"));
  const TimePoint then = clock.now();
  clock.advance(std::chrono::seconds(3));
  EXPECT_EQ(errors.count(), 2U);
  const auto last = errors.last();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->error.to_string(), "script_raised: ValueError: two");
  EXPECT_EQ(last->error.traceback, "");
  EXPECT_EQ(last->at, then);
}

TEST_F(ScriptErrorsTest, WhatTheScriptHasNoPartInIsNotCounted) {
  errors.note(raised("its own"));
  for (const ErrorCode code :
       {ErrorCode::kFunctionNotFound, ErrorCode::kNotCallable, ErrorCode::kScriptNotFound}) {
    errors.note({.code = code, .message = "no"});
  }
  EXPECT_EQ(errors.count(), 1U);
  EXPECT_EQ(errors.last()->error.message, "its own");
}

TEST_F(ScriptErrorsTest, AResultThatCannotBeCopiedIsItsError) {
  errors.note({.code = ErrorCode::kUnsupportedType, .message = "result: object"});
  EXPECT_EQ(errors.count(), 1U);
  EXPECT_EQ(errors.last()->error.code, ErrorCode::kUnsupportedType);
}

TEST_F(ScriptErrorsTest, ALongMessageIsCutBetweenTwoCharacters) {
  constexpr std::size_t kLongest = ScriptErrors::kLongestMessage;
  errors.note(raised(std::string(kLongest, 'x')));
  EXPECT_EQ(errors.last()->error.message, std::string(kLongest, 'x'));
  errors.note(raised(std::string(100 * kLongest, 'x')));
  EXPECT_EQ(errors.last()->error.message, std::string(kLongest, 'x'));
  errors.note(raised(std::string(kLongest - 1, 'x') + "\u20acy"));
  EXPECT_EQ(errors.last()->error.message, std::string(kLongest - 1, 'x'));
}

TEST_F(ScriptErrorsTest, MayBeReadWhileTheyHappen) {
  constexpr std::uint64_t kErrors = 5'000;
  std::atomic<bool> done{false};
  std::thread reader([&] {
    std::uint64_t before = 0;
    while (!done) {
      const std::uint64_t count = errors.count();
      EXPECT_GE(count, before);
      before = count;
      if (const auto last = errors.last()) {
        EXPECT_EQ(last->error.message.size(), 100U);
      }
    }
  });
  for (std::uint64_t i = 0; i < kErrors; ++i) {
    errors.note(raised(std::string(100, static_cast<char>('a' + i % 26))));
  }
  done = true;
  reader.join();
  EXPECT_EQ(errors.count(), kErrors);
}

}  // namespace
}  // namespace hookline::test
