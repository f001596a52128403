#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

using ::testing::HasSubstr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStdout;

class PrintedOutput : public InterpTest {
 protected:
  // Returns what a script prints.
  std::string print(const std::string& code) {
    CaptureStdout();
    load("import sys\nfor _ in [0]:\n    " + code + "\n");
    return GetCapturedStdout();
  }
};

TEST_F(PrintedOutput, IsWritten) {
  EXPECT_EQ(print("print('hello', 'there')"), "hello there\n");
  EXPECT_EQ(print("print('\\xe9\\u20ac')"), "\xC3\xA9\xE2\x82\xAC\n");
  EXPECT_EQ(print("print(sys.stdout.fileno(), sys.stderr.fileno())"), "1 2\n");
}

TEST_F(PrintedOutput, AHugeLineIsCut) {
  const std::string output = print("print('x' * 50_000_000)");
  EXPECT_LT(output.size(), 200'000U);
  EXPECT_THAT(output, HasSubstr("bytes left out"));
}

TEST_F(PrintedOutput, AScriptCannotFillTheLog) {
  load(R"(
import sys
def fill():
    for _ in range(50):
        print("x" * 30_000)
def later():
    sys.stdout.buffer.raw.budget.since -= 60  # a minute goes by
    print("later")
)");
  CaptureStdout();
  call("fill");
  const std::string output = GetCapturedStdout();
  EXPECT_GT(output.size(), 900'000U);
  EXPECT_LT(output.size(), 1'200'000U);
  CaptureStdout();
  call("later");
  EXPECT_THAT(GetCapturedStdout(),
              ::testing::MatchesRegex("\nhookline: [0-9]+ bytes that the script 'script' has "
                                      "printed were left out\nlater\n"));
}

// A pipe that nobody reads holds a script up once, for a second, and not at each line.
TEST_F(PrintedOutput, DoesNotWaitForEverForAReader) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int before = dup(STDOUT_FILENO);
  dup2(ends[1], STDOUT_FILENO);
  load("def fill():\n    for _ in range(40):\n        print('x' * 10_000)\n    return True\n");
  EXPECT_EQ(call("fill"), Value(true));
  dup2(before, STDOUT_FILENO);
  close(before);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace hookline
