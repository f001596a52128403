#include "plugin/module/vh_text.h"

#include <gtest/gtest.h>

#include <string>

namespace hookline {

using namespace detail;

namespace {

TEST(VhText, EscapesWhatTheProtocolGivesAMeaning) {
  EXPECT_EQ(vh_encode("a$b|c`d~e\x05"
                      "f"),
            "a&#36;b&#124;c&#96;d&#126;e&#5;f");
  EXPECT_EQ(vh_encode("plain & <tag>"), "plain & <tag>");
  EXPECT_EQ(vh_encode(""), "");
}

TEST(VhText, DecodesOnlyWhatItEncodes) {
  EXPECT_EQ(vh_decode("&#36;&#124;&#96;&#126;&#5;"), "$|`~\x05");
  EXPECT_EQ(vh_decode("&#37; &amp; &#36 &"), "&#37; &amp; &#36 &");
}

TEST(VhText, RoundTripsEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
  }
  EXPECT_EQ(vh_decode(vh_encode(all)), all);
}

}  // namespace
}  // namespace hookline
