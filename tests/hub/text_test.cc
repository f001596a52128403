#include "hub/base/text.h"

#include <gtest/gtest.h>

namespace hookline::hub {
namespace {

TEST(InnermostFrame, IsTheLastOneInAFile) {
  EXPECT_EQ(innermost_frame(""), "");
  EXPECT_EQ(innermost_frame("no stack"), "");
  EXPECT_EQ(innermost_frame("  File \"/x/a.py\", line 9, in <module>\n    main()\n"
                            "  File \"/x/a.py\", line 3, in main\n    time.sleep(9)\n"
                            "  File \"<hookline>\", line 30, in sleep\n"),
            "File \"/x/a.py\", line 3, in main");
  EXPECT_EQ(innermost_frame("  File \"<string>\", line 1, in <module>\n"
                            "  File \"<string>\", line 2, in f"),
            "File \"<string>\", line 2, in f");
}

}  // namespace
}  // namespace hookline::hub
