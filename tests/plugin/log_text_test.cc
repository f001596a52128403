#include "plugin/types/log_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookline::test {

using namespace detail;

namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(LogText, PlainTextIsAsItWas) {
  for (const std::string text : {"", "a line", "\xC3\xA9 \xE2\x82\xAC", "a\tb", "C:\\x1b"}) {
    EXPECT_EQ(safe_log_text(text), text);
  }
}

TEST(LogText, ALineEndCannotBeginALineOfTheLog) {
  EXPECT_EQ(safe_log_text("ann\n[error] the hub is on fire"), "ann\n\t[error] the hub is on fire");
  EXPECT_EQ(safe_log_text("a\r[error] b"), "a\\x0d[error] b");
  EXPECT_EQ(safe_log_text("the last one has none\n"), "the last one has none");
}

TEST(LogText, NothingControlsATerminal) {
  EXPECT_EQ(safe_log_text("\x1b[31mred\x07\x7f"), "\\x1b[31mred\\x07\\x7f");
  EXPECT_EQ(safe_log_text(std::string_view("nul\0", 4)), "nul\\x00");
  EXPECT_EQ(safe_log_text("\xC2\x9B"
                          "31m"),
            "\\x9b31m")
      << "CSI in UTF-8";
  EXPECT_EQ(safe_log_text("\x9B"
                          "31m"),
            "\\x9b31m")
      << "CSI as a byte";
}

TEST(LogText, LettersOfAHubsEncodingStay) {
  EXPECT_EQ(safe_log_text("\xCF\xF0\xE8\xE2\xE5\xF2"), "\xCF\xF0\xE8\xE2\xE5\xF2");
}

TEST(LogText, ALongTextLosesItsMiddle) {
  const std::string safe =
      safe_log_text("begin " + std::string(50'000'000, 'x') + "\nValueError: end\n");
  EXPECT_LE(safe.size(), kLongestLogText);
  EXPECT_GT(safe.size(), kLongestLogText / 2);
  EXPECT_THAT(safe, StartsWith("begin "));
  EXPECT_THAT(safe, HasSubstr("bytes left out] ..."));
  EXPECT_THAT(safe, EndsWith("ValueError: end"));
}

// The text goes through here in a ScriptHost, and once more in a hub's log.
TEST(LogText, AppliedTwiceItChangesNothingMore) {
  std::string texts[] = {"a\nb\n\n  c\n", "\x1b\xC2\x9B\xFF\x80",
                         std::string(kLongestLogText, '\x1b'), std::string(kLongestLogText, '\n'),
                         std::string(kLongestLogText + 1, 'x')};
  std::string euros;
  for (std::size_t i = 0; i < kLongestLogText; ++i) {
    euros += i % 7 == 0 ? "\xE2\x82\xAC" : "\x1b";
  }
  for (const std::string& text : {texts[0], texts[1], texts[2], texts[3], texts[4], euros}) {
    const std::string once = safe_log_text(text);
    EXPECT_LE(once.size(), kLongestLogText);
    EXPECT_EQ(safe_log_text(once), once);
  }
}

}  // namespace
}  // namespace hookline::test
