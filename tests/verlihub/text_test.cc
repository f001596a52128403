#include "verlihub/text.h"

#include <gtest/gtest.h>

#include <string>

namespace hookline {

using namespace verlihub;

namespace {

TEST(VhText, EscapesWhatTheProtocolGivesAMeaning) {
  EXPECT_EQ(encode("a$b|c`d~e\x05"
                   "f"),
            "a&#36;b&#124;c&#96;d&#126;e&#5;f");
  EXPECT_EQ(encode("plain & <tag>"), "plain & <tag>");
  EXPECT_EQ(encode("|a||b|"), "&#124;a&#124;&#124;b&#124;");
  EXPECT_EQ(encode_delimiters("|`$"), "&#124;`&#36;");
  EXPECT_EQ(encode(""), "");
}

TEST(VhText, DecodesOnlyWhatItEncodes) {
  EXPECT_EQ(decode("&#36;&#124;&#96;&#126;&#5;"), "$|`~\x05");
  EXPECT_EQ(decode("&#37; &amp; &#36 &"), "&#37; &amp; &#36 &");
  EXPECT_EQ(decode("&#36"), "&#36");
}

TEST(VhText, RoundTripsEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
  }
  EXPECT_EQ(decode(encode(all)), all);
}

}  // namespace
}  // namespace hookline
