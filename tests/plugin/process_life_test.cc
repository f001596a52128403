#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>

#include "hookline/function.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {
namespace {

using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;

// Outlives main(), as the globals of many servers do.
std::unique_ptr<ScriptHost>& global_host() {
  static std::unique_ptr<ScriptHost> host;
  return host;
}

// Tests how processes end. Each does so in a process of its own.
class ProcessLife : public ScriptHostTest {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  // Starts a global ScriptHost with functions that call exit().
  void start_global() {
    global_host();  // its destructor runs after exit() is called
    start();
    global_host() = std::move(scripts);
    ASSERT_TRUE(global_host()->def("leave", [] { std::exit(5); }));
    ASSERT_TRUE(global_host()->def("leave_here", [] { std::exit(6); }, RunsOn::kCaller));
    ASSERT_TRUE(global_host()->def(
        "start_leaving", []() -> Future<void> { std::exit(8); }, RunsOn::kCaller));
    const auto path = folder.write("one.py",
                                   "import vh\n"
                                   "def leave(): vh.leave()\n"
                                   "def leave_here(): vh.leave_here()\n"
                                   "def start_leaving(): vh.start_leaving()\n"
                                   "def f(): return 1\n");
    ASSERT_TRUE(global_host()->load(path).get());
  }
};

TEST_F(ProcessLife, AGlobalScriptHostEndsWithTheProcess) {
  EXPECT_EXIT(
      {
        start_global();
        std::exit(3);
      },
      ExitedWithCode(3), "");
}

TEST_F(ProcessLife, AFunctionOfTheHostMayCallExit) {
  EXPECT_EXIT(
      {
        start_global();
        (void)global_host()->call("one", "leave", {}).get();
        pause();  // the call may end before the process does
      },
      ExitedWithCode(5), "");
}

TEST_F(ProcessLife, AFunctionOnTheScriptsThreadMayCallExit) {
  EXPECT_EXIT(
      {
        start_global();
        (void)global_host()->call("one", "leave_here", {}).get();
        pause();
      },
      ExitedWithCode(6), "");
}

TEST_F(ProcessLife, AFunctionThatAnswersLaterMayCallExit) {
  EXPECT_EXIT(
      {
        start_global();
        (void)global_host()->call("one", "start_leaving", {}).get();
        pause();
      },
      ExitedWithCode(8), "");
}

const std::string kAborts = "import ctypes\ndef f(): ctypes.CDLL(None).abort()\n";

TEST_F(ProcessLife, ACrashNamesTheScriptIfTheHostWantsThat) {
  EXPECT_EXIT(
      {
        start({.report_crashes = true});
        load("crashes", kAborts);
        (void)scripts->call("crashes", "f", {}).get();
      },
      KilledBySignal(SIGABRT), "SIGABRT on thread '.*', while the script 'crashes' was running");
}

TEST_F(ProcessLife, TheHostsOwnHandlerRunsToo) {
  EXPECT_EXIT(
      {
        std::signal(SIGABRT, [](int) { std::_Exit(42); });
        start({.report_crashes = true});
        load("crashes", kAborts);
        (void)scripts->call("crashes", "f", {}).get();
      },
      ExitedWithCode(42), "while the script 'crashes' was running");
}

TEST_F(ProcessLife, TheHostsHandlersStayUnlessItAsks) {
  struct sigaction before{};
  sigaction(SIGSEGV, nullptr, &before);
  start();
  struct sigaction after{};
  sigaction(SIGSEGV, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

// A host may fork after it has started, as daemons and supervisors do. The child has none of the
// threads, and can only end.
TEST_F(ProcessLife, AForkedChildOfTheHostCanExit) {
  EXPECT_EXIT(
      {
        start_global();
        const pid_t child = fork();
        if (child == 0) {
          std::exit(7);
        }
        int status = 0;
        waitpid(child, &status, 0);
        const auto answer = global_host()->call("one", "f", {}).get();
        std::exit(answer == Result<Value>(Value(1)) ? WEXITSTATUS(status) : 1);
      },
      ExitedWithCode(7), "");
}

}  // namespace
}  // namespace hookline::test
