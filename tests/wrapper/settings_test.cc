#include "wrapper/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "hookline/verlihub/hooks.h"

namespace hookline::test {

using namespace wrapper;

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Settings, DefaultsWaitForThoseWhoseAnswerMatters) {
  const auto settings = parse_settings("", "hookline.toml");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->mode(verlihub::kOnParsedMsgChat), HookMode::kDecide);
  EXPECT_EQ(settings->mode(verlihub::kOnUserLogin), HookMode::kDecide);
  EXPECT_EQ(settings->mode(verlihub::kOnTimer), HookMode::kObserve);
  EXPECT_EQ(settings->mode(verlihub::kOnUserLogout), HookMode::kObserve);
  EXPECT_EQ(settings->deadline, std::chrono::seconds(2));
  EXPECT_TRUE(settings->codec.is_utf8());
}

TEST(Settings, ExactlyTheseObserve) {
  const std::set<std::string_view> expected = {
      "OnCloseConn",  "OnCloseConnEx", "OnUnLoad", "OnScriptCommand", "OnUserInList",
      "OnUserLogout", "OnTimer",       "OnNewReg", "OnNewBan",        "OnSetConfig"};
  std::set<std::string_view> observers;
  const Settings settings;
  for (std::size_t hook = 0; hook < verlihub::hook_rows().size(); ++hook) {
    if (settings.mode(static_cast<Hook>(hook)) == HookMode::kObserve) {
      observers.insert(verlihub::hook_row(static_cast<Hook>(hook)).name);
    }
  }
  EXPECT_EQ(observers, expected);
}

// The example in docs/wrapper.md is a valid file.
TEST(Settings, TheExampleOfTheDocsIsRead) {
  std::ifstream file(HOOKLINE_SOURCE_DIR "/docs/wrapper.md");
  const std::string docs((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  constexpr std::string_view kBegin = "```toml\n";
  const std::size_t begin = docs.find(kBegin);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = docs.find("```", begin + kBegin.size());
  ASSERT_NE(end, std::string::npos);
  const auto settings = parse_settings(
      docs.substr(begin + kBegin.size(), end - begin - kBegin.size()), "docs/wrapper.md");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->deadline, Settings().deadline) << "what it shows are the defaults";
  EXPECT_EQ(settings->load_deadline, Settings().load_deadline);
  EXPECT_EQ(settings->mode(verlihub::kOnParsedMsgSearch), HookMode::kObserve);
  EXPECT_EQ(settings->mode(verlihub::kOnUserLogout), HookMode::kDecide);
  EXPECT_EQ(settings->codec.encoding(), "cp1251");
}

TEST(Settings, IgnoresTheSectionsOfOthers) {
  const auto settings = parse_settings(R"(
[listen]
port = 4111
[hub]
name = "Hub"
encoding = "cp1251"
[hooks]
deadline = 0.5
load_deadline = 60
OnTimer = "decide"
OnParsedMsgChat = "observe"
)",
                                       "hookline.toml");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->deadline, std::chrono::milliseconds(500));
  EXPECT_EQ(settings->load_deadline, std::chrono::minutes(1));
  EXPECT_EQ(settings->mode(verlihub::kOnTimer), HookMode::kDecide);
  EXPECT_EQ(settings->mode(verlihub::kOnParsedMsgChat), HookMode::kObserve);
  EXPECT_EQ(settings->codec.encoding(), "cp1251");
}

TEST(Settings, AFileThatIsNotThereSaysNothing) {
  EXPECT_TRUE(load_settings("/nonexistent/hookline.toml"));
}

struct Mistake {
  const char* toml;
  const char* message;
};

class SettingsMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(SettingsMistakes, NameFileAndLine) {
  const auto settings = parse_settings(GetParam().toml, "hookline.toml");
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, ErrorCode::kBadArguments);
  EXPECT_THAT(settings.error().message, StartsWith("hookline.toml:"));
  EXPECT_THAT(settings.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Each, SettingsMistakes,
    ::testing::Values(Mistake{"hooks = 1", "section"},
                      Mistake{"[hooks]\nOnTimer = \"maybe\"", "\"decide\" or \"observe\""},
                      Mistake{"[hooks]\nOnTimer = 1", "\"decide\" or \"observe\""},
                      Mistake{"[hooks]\nOnTime = \"decide\"", "OnTime"},
                      Mistake{"[hooks]\ndeadline = 0", "0.001"},
                      Mistake{"[hooks]\ndeadline = nan", "0.001"},
                      Mistake{"[hooks]\ndeadline = \"2\"", "number of seconds"},
                      Mistake{"[hub]\nencoding = 8", "codec"}, Mistake{"[hooks\n", "]"}),
    [](const auto& test) { return "Case" + std::to_string(test.index); });

}  // namespace
}  // namespace hookline::test
