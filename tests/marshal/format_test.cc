#include "marshal/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookline {

using namespace detail;

namespace {

using ::testing::HasSubstr;

std::string letters(const Format& format) {
  std::string out;
  for (const FormatItem& item : format.items) {
    out += item.type;
  }
  return out;
}

TEST(FormatTest, LettersStandInOrder) {
  const auto format = parse_format("lsdpLDO");
  ASSERT_TRUE(format) << format.error().to_string();
  EXPECT_EQ(letters(*format), "lsdpLDO");
  EXPECT_EQ(format->required, 7U);
  EXPECT_EQ(count_items(format->items), 7U);
}

TEST(FormatTest, EmptyIsAFormat) {
  const auto format = parse_format("");
  ASSERT_TRUE(format);
  EXPECT_TRUE(format->items.empty());
  EXPECT_EQ(format->required, 0U);
}

TEST(FormatTest, WhatFollowsABarIsOptional) {
  const auto format = parse_format("ss|lD");
  ASSERT_TRUE(format);
  EXPECT_EQ(letters(*format), "sslD");
  EXPECT_EQ(format->required, 2U);
  EXPECT_EQ(parse_format("|s")->required, 0U);
  EXPECT_EQ(parse_format("s|")->required, 1U);
}

TEST(FormatTest, ATupleKnowsWhatIsInIt) {
  const auto format = parse_format("sT(lT()d)T(s)|l");
  ASSERT_TRUE(format) << format.error().to_string();
  EXPECT_EQ(letters(*format), "sTlTdTsl");
  EXPECT_EQ(format->items[1].nested, 3U);
  EXPECT_EQ(format->items[3].nested, 0U);
  EXPECT_EQ(format->items[5].nested, 1U);
  EXPECT_EQ(format->required, 7U);
  EXPECT_EQ(count_items(format->items), 4U);
  const std::string text = "sT(lT()d)T(s)|l";
  const FormatItem& tuple = format->items[1];
  EXPECT_EQ(text.substr(tuple.begin, tuple.end - tuple.begin), "lT()d");
}

TEST(FormatTest, SameTypesIgnoresPlaces) {
  EXPECT_TRUE(same_types(parse_format("sT(l)")->items, parse_format("s|T(l)")->items));
  EXPECT_FALSE(same_types(parse_format("T(s)l")->items, parse_format("T(sl)")->items));
  EXPECT_FALSE(same_types(parse_format("s")->items, parse_format("ss")->items));
}

struct Mistake {
  const char* text;
  const char* message;
};

class FormatMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(FormatMistakes, SayWhatAndWhere) {
  const auto format = parse_format(GetParam().text);
  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().code, ErrorCode::kBadArguments);
  EXPECT_THAT(format.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Each, FormatMistakes,
                         ::testing::Values(Mistake{"sx", "unknown character at character 2"},
                                           Mistake{"s s", "unknown character at character 2"},
                                           Mistake{"(s)", "unknown character at character 1"},
                                           Mistake{"sT", "T without its '(' at character 2"},
                                           Mistake{"Ts", "T without its '(' at character 1"},
                                           Mistake{"s)", "')' without its '(' at character 2"},
                                           Mistake{"sT(s",
                                                   "'(' that is never closed at character 3"},
                                           Mistake{"s|s|s", "second '|' at character 4"},
                                           Mistake{"T(s|s)", "'|' inside a T(...) at character 4"}),
                         [](const auto& test) { return "Case" + std::to_string(test.index); });

TEST(FormatTest, NestingHasALimit) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) {
      text += "T(";
    }
    return text + std::string(depth, ')');
  };
  EXPECT_TRUE(parse_format(nested(kMaxFormatDepth)));
  const auto deeper = parse_format(nested(kMaxFormatDepth + 1));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().code, ErrorCode::kValueTooDeep);
}

}  // namespace
}  // namespace hookline
