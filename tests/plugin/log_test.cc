#include "plugin/types/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

TEST(LogTest, WithoutAFunctionWarningsAndErrorsGoToStderr) {
  CaptureStderr();
  CaptureStdout();
  {
    const Log log{LogFunction()};
    log.write(LogLevel::kDebug, "detail");
    log.write(LogLevel::kInfo, "news");
    log.warn("{} of {}", 1, 2);
    log.error("gone");
  }  // what waits for a file has been written when the log ends
  EXPECT_EQ(GetCapturedStderr(), "hookline: warning: 1 of 2\nhookline: error: gone\n");
  EXPECT_EQ(GetCapturedStdout(), "");
}

TEST(LogTest, WhatWasWrittenIsInAFileAfterAFlush) {
  CaptureStderr();
  const Log log{LogFunction()};
  log.warn("one");
  log.flush();
  EXPECT_EQ(GetCapturedStderr(), "hookline: warning: one\n");
}

// A script whose exception has a line end in it cannot write a line of its own.
TEST(LogTest, TextsAreEscapedWhateverTheHostDoesWithThem) {
  std::vector<std::string> lines;
  const Log log{[&](LogLevel /*level*/, std::string_view text) { lines.emplace_back(text); }};
  log.warn("{} has come", "ann\nhookline: error: \x1b[2J");
  EXPECT_EQ(lines, std::vector<std::string>{"ann\n\thookline: error: \\x1b[2J has come"});
}

class HostLog : public ScriptHostTest {};

TEST_F(HostLog, GoesWhereTheHostSays) {
  std::mutex mutex;
  std::vector<std::pair<LogLevel, std::string>> lines;
  start({.log = [&](LogLevel level, std::string_view text) {
    const std::scoped_lock lock(mutex);
    lines.emplace_back(level, text);
  }});
  load("bad", "def OnUserLogin(nick): raise ValueError(nick)\n");
  EXPECT_EQ(scripts->decide_wait(verlihub::kOnUserLogin, {"ann"}).failed, 1U);
  const std::scoped_lock lock(mutex);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].first, LogLevel::kError);
  EXPECT_THAT(lines[0].second, HasSubstr("bad: "));
  EXPECT_THAT(lines[0].second, HasSubstr("ValueError: ann"));
}

TEST(CreateTest, APythonThatIsNotThereIsOneSentence) {
  const auto made = ScriptHost::create({.python_executable = "/nonexistent/python3"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kBadArguments);
  EXPECT_THAT(made.error().message, HasSubstr("/nonexistent/python3"));
}

TEST(CreateTest, NeedsNoHostOfItsOwn) {
  const TempFolder folder;
  const auto scripts = ScriptHost::create().value();
  const auto id = scripts->load(folder.write("a.py", "def f(): return 1\n")).get().value();
  EXPECT_EQ(scripts->call(id, "f", {}).get(), Value(1));
}

}  // namespace
}  // namespace hookline::test
