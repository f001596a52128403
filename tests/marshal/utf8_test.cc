#include "marshal/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hookline {

using namespace detail;

namespace {

TEST(Utf8, DecodesWhatItEncodes) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    std::string text = "x";
    append_code_point(text, code_point);
    const CodePoint point = decode_code_point(text, 1);
    ASSERT_EQ(point.value, code_point);
    ASSERT_EQ(point.size, text.size() - 1);
  }
}

class InvalidUtf8 : public testing::TestWithParam<std::string_view> {};

TEST_P(InvalidUtf8, HasNoSize) { EXPECT_EQ(decode_code_point(GetParam(), 0).size, 0U); }

INSTANTIATE_TEST_SUITE_P(All, InvalidUtf8,
                         testing::Values("\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(",
                                         "\xe0\x80\x80", "\xe2\x82", "\xe2(\xa1",
                                         "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                                         "\xff"));

TEST(Utf8, WritesEscapes) {
  std::string text;
  append_unicode_escape(text, 0xD8AF);
  append_unicode_escape(text, 7);
  EXPECT_EQ(text, R"(\ud8af\u0007)");
}

TEST(Utf8, ReadsHexDigits) {
  EXPECT_EQ(hex_value('7'), 7);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  EXPECT_EQ(hex_value('g'), -1);
}

}  // namespace
}  // namespace hookline
