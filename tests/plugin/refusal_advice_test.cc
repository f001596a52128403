#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/plugin/test_scripts.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;

class RefusalAdvice : public ScriptHostTest {
 protected:
  // Returns the message of what this statement raises in a script with a GIL of its own.
  std::string message(const std::string& statement) {
    load("refuses",
         "import multiprocessing, os, pty, subprocess\ndef f():\n    " + statement + "\n");
    const auto result = scripts->call("refuses", "f", {}).get();
    EXPECT_FALSE(result) << statement;
    return result ? "" : result.error().message;
  }
};

TEST_F(RefusalAdvice, SaysWhatToUseInsteadOfWhatTheLibraryRefuses) {
  start();
  EXPECT_THAT(message("subprocess.run(['true'], preexec_fn=os.setsid)"),
              HasSubstr("start_new_session"));
}

TEST_F(RefusalAdvice, SaysWhatToUseInsteadOfFork) {
  start();
  EXPECT_THAT(message("multiprocessing.get_context('fork').Process(target=print).start()"),
              HasSubstr("\"spawn\""));
}

TEST_F(RefusalAdvice, SaysWhatToUseInsteadOfAPty) {
  start();
  EXPECT_THAT(message("pty.fork()"), HasSubstr("gil=main"));
}

}  // namespace
}  // namespace hookline::test
