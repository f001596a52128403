#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/cli.h"
#include "hookline/version.h"
#include "tests/cli/cli_run.h"

namespace hookline::test {

using namespace cli;

namespace {

using ::testing::HasSubstr;

// Errors are one sentence, on one line.
void expect_usage_error(const std::vector<std::string>& arguments, std::string_view says) {
  const CliResult result = run(arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr(std::string(says)));
  EXPECT_THAT(result.err, ::testing::StartsWith("hookline"));
  EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
}

class Subcommand : public ::testing::TestWithParam<const char*> {};

TEST_P(Subcommand, HelpHasExamples) {
  const CliResult result = run({GetParam(), "--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  const std::string name = std::string("hookline ") + GetParam();
  EXPECT_THAT(result.out, HasSubstr("Usage: " + name));
  const auto examples = result.out.find("Examples:\n  " + name);
  EXPECT_NE(examples, std::string::npos) << result.out;
}

TEST_P(Subcommand, AnUnknownOptionIsAUsageError) {
  expect_usage_error({GetParam(), "--no-such-option", "x", "y"}, "--no-such-option");
}

INSTANTIATE_TEST_SUITE_P(All, Subcommand,
                         ::testing::Values("hub", "demo", "call", "check", "ctl", "reference"));

TEST(Help, TheHelpOfTheProgramNamesEverySubcommand) {
  const CliResult result = run({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* text :
       {"hub", "demo", "call", "check", "ctl", "reference", "Examples:", "Exit codes:"}) {
    EXPECT_THAT(result.out, HasSubstr(text));
  }
}

TEST(Help, TheVersionIsThatOfTheProject) {
  const CliResult result = run({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, std::string("hookline ") + HOOKLINE_VERSION + "\n");
}

TEST(Usage, ErrorsSayWhatToDo) {
  expect_usage_error({}, "say what to do: hub, ctl, demo, call, check or reference");
  expect_usage_error({"dmeo"}, "no subcommand 'dmeo'");
  expect_usage_error({"call"}, "SCRIPT is required");
  expect_usage_error({"call", "a.py"}, "FUNCTION is required");
  expect_usage_error({"check"}, "SCRIPT is required");
  expect_usage_error({"ctl"}, "COMMAND is required");
  expect_usage_error({"ctl", "dance"}, "reload");
  expect_usage_error({"ctl", "reload"}, "say which script to reload");
  expect_usage_error({"hub", "--port", "99999"}, "0 to 65535");
  expect_usage_error({"hub", "--port", "x"}, "--port");
  expect_usage_error({"hub", "--log-level", "loud"}, "warn");
  expect_usage_error({"demo", "--messages", "0"}, "--messages");
  expect_usage_error({"demo", "--clients", "-1"}, "--clients");
  expect_usage_error({"call", "a.py", "f", "--timeout", "-1"}, "--timeout");
}

}  // namespace
}  // namespace hookline::test
