#include "cli/traffic.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace hookline::test {

using namespace cli;

namespace {

std::string text_of(std::size_t client, std::uint32_t sequence) {
  std::string text;
  Traffic::append_text(client, sequence, text);
  return text;
}

TEST(Traffic, EveryLineCanBeToldFromItsText) {
  const Traffic traffic(7, 1'000);
  for (std::size_t client = 0; client < traffic.clients(); ++client) {
    for (std::uint32_t sequence = 0; sequence < traffic.lines_of(client); ++sequence) {
      const std::string text = text_of(client, sequence);
      const auto tag = traffic.read_tag(text);
      ASSERT_TRUE(tag) << text;
      EXPECT_EQ(tag->client, client);
      EXPECT_EQ(tag->sequence, sequence);
      EXPECT_EQ(tag->rest, Traffic::line(client, sequence).phrase);
      EXPECT_EQ(text.find_first_of("$|"), std::string::npos) << text;
    }
  }
}

TEST(Traffic, ForeignTextHasNoTag) {
  const Traffic traffic(2, 10);
  for (const char* text : {"", "hello", "#", "#0", "#0:", "#0:0", "#0:x y", "#x:0 y", "#2:0 y",
                           "#0:5 y", "#-1:0 y", "# 0:0 y", "#0:99999999999999 y"}) {
    EXPECT_FALSE(traffic.read_tag(text)) << text;
  }
  EXPECT_TRUE(traffic.read_tag("#1:4 "));
}

TEST(Traffic, TheRemainderGoesToTheFirstClients) {
  const Traffic traffic(3, 11);
  EXPECT_EQ(traffic.lines_of(0), 4U);
  EXPECT_EQ(traffic.lines_of(1), 4U);
  EXPECT_EQ(traffic.lines_of(2), 3U);
  EXPECT_EQ(Traffic(5, 3).lines_of(4), 0U);
}

TEST(Traffic, IsMostlyOrdinaryChat) {
  std::map<LineKind, int> kinds;
  for (std::uint32_t sequence = 0; sequence < 1'000; ++sequence) {
    ++kinds[Traffic::line(0, sequence).kind];
  }
  EXPECT_GT(kinds[LineKind::kPlain], 800);
  EXPECT_EQ(kinds[LineKind::kMild], 50);
  EXPECT_GT(kinds[LineKind::kForbidden], 10);
  EXPECT_EQ(kinds[LineKind::kRepeated], 50);
}

TEST(Traffic, OnlyRepeatedLinesAreRepeated) {
  for (std::size_t client = 0; client < 40; ++client) {
    for (std::uint32_t sequence = 1; sequence < 500; ++sequence) {
      const auto line = Traffic::line(client, sequence);
      if (line.kind != LineKind::kRepeated) {
        EXPECT_NE(line.phrase, Traffic::line(client, sequence - 1).phrase);
      }
    }
  }
}

TEST(Traffic, ExpectedFiguresAddUp) {
  const auto expected = Traffic(5, 2'000).expected();
  EXPECT_EQ(expected.allowed + expected.blocked + expected.replaced, 2'000U);
  EXPECT_EQ(expected.replaced, 100U);
  // Each client has 4 periods with 3 forbidden lines and 2 excess repeats; the first is forgiven.
  EXPECT_EQ(expected.blocked, 5U * (4 * 3 + 4 * 2 - 1));
}

}  // namespace
}  // namespace hookline::test
