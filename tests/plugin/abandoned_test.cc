// A shutdown() whose patience ends before the scripts do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hookline/function.h"
#include "hookline/future.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/held_pipe.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Abandoned : public ScriptHostTest {
 protected:
  // Loads a script whose wait() asks the host something when the gate opens, and writes the answer
  // to `said`.
  void start_script(ScriptHostOptions options = {}) {
    start(std::move(options));
    load_script();
  }
  void load_script() {
    ASSERT_TRUE(scripts->def("echo", [](long number) { return number; }));
    load("one", std::string(kGateSource) + "import vh\nGATE = '" + gate.path() + "'\nSAID = '" +
                    said.path() + "'\nENTERED = '" + entered.path() + R"('
def wait():
    open(ENTERED, 'w').close()
    wait_at(GATE)
    try:
        answer = str(vh.echo(5))
    except RuntimeError as error:
        answer = str(error)
    with open(SAID, 'w') as pipe:
        pipe.write(answer)
)");
  }

  // Calls wait(), and returns when it runs.
  Future<Value> call_wait() {
    auto future = scripts->call("one", "wait", {}, {.timeout = 60 * kPatience});
    (void)read_all(entered);
    return future;
  }

  // Ends the ScriptHost while wait() runs.
  Future<Value> abandon_script() {
    start_script();
    auto running = call_wait();
    EXPECT_THAT(scripts->shutdown({.patience = Duration::zero()}), ElementsAre("one"));
    scripts.reset();
    return running;
  }

  // Lets wait() go on, and checks what the host tells it.
  void expect_refused() {
    gate.open();
    EXPECT_THAT(read_all(said), HasSubstr("shutting down"));
  }

  // Ends the process of a death test.
  [[noreturn]] void exit_process() {
    std::filesystem::remove_all(folder.path());
    std::exit(HasFailure() ? 1 : 0);
  }

  static std::string read_all(const Gate& pipe) {
    std::ifstream stream(pipe.path());
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  Gate gate{folder.path() / "gate"};
  Gate said{folder.path() / "said"};
  Gate entered{folder.path() / "entered"};
};

// These are death tests, since the script's thread and Python are there until the process ends.
TEST_F(Abandoned, TheirCodeGoesOnWhenTheScriptHostIsGone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        // The call ends, and lets go of its timer, after everything else is gone.
        auto running = abandon_script();
        expect_refused();
        EXPECT_EQ(running.get().error().code, ErrorCode::kShuttingDown);
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

// Calls that run or wait end when the host gives up, and not when the script returns.
TEST_F(Abandoned, TheirCallsEndWithTheScriptHost) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        start_script({.end_patience = Duration::zero()});
        auto running = call_wait();
        auto waiting = scripts->call("one", "wait", {});
        scripts.reset();
        EXPECT_EQ(running.get().error().code, ErrorCode::kShuttingDown);
        EXPECT_EQ(waiting.get().error().code, ErrorCode::kShuttingDown);
        expect_refused();
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

// The stderr of a death test is a file, and lines for a file wait for a thread.
TEST_F(Abandoned, TheLogIsCompleteWhenShutdownReturns) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        scripts = ScriptHost::create({.module = verlihub::module(host)}).value();
        load_script();
        auto running = call_wait();
        detail::HostAccess::log(*scripts).warn("the last line");
        EXPECT_FALSE(scripts->shutdown({.patience = Duration::zero()}).empty());
        std::filesystem::remove_all(folder.path());
        std::_Exit(HasFailure() ? 1 : 0);
      },
      ::testing::ExitedWithCode(0), "hookline: warning: the last line");
}

TEST_F(Abandoned, TheDestructorWaitsNoLongerThanItsOptionSays) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        start_script({.end_patience = Duration::zero()});
        auto running = call_wait();
        scripts.reset();
        expect_refused();
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

// Functions that run on the script's thread do not go through the queue of the host's thread.
TEST_F(Abandoned, FunctionsOnItsOwnThreadAreRefusedOnceTheHostIsGone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        start({.end_patience = Duration::zero()});
        std::atomic<bool> is_gone = false;
        std::atomic<int> too_late = 0;
        const auto look = [&](const std::string& /*text*/) { too_late += is_gone ? 1 : 0; };
        EXPECT_TRUE(scripts->def("look", look, RunsOn::kCaller));
        load("one", "import vh\nSAID = '" + said.path() + "'\nENTERED = '" + entered.path() + R"('
def wait():
    open(ENTERED, 'w').close()
    while True:
        try:
            vh.look('x')
            vh.GetUserClass('x')
        except RuntimeError as error:
            answer = str(error)
            break
    with open(SAID, 'w') as pipe:
        pipe.write(answer)
)");
        auto running = call_wait();
        scripts.reset();
        is_gone = true;
        EXPECT_THAT(read_all(said), HasSubstr("shutting down"));
        EXPECT_EQ(too_late, 0);
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

// A load that is under way ends as well.
TEST_F(Abandoned, AnImportThatGoesOnEndsTheLoad) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        start({.end_patience = Duration::zero()});
        const auto path =
            folder.write("one.py", std::string(kGateSource) + "open('" + entered.path() +
                                       "', 'w').close()\nwait_at('" + gate.path() + "')\n");
        auto loading = scripts->load(path);
        (void)read_all(entered);
        scripts.reset();
        EXPECT_EQ(loading.get().error().code, ErrorCode::kShuttingDown);
        gate.open();
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(Abandoned, WhatItUsedIsDestroyedOnceItHasEnded) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        start_script({.end_patience = Duration::zero()});
        auto token = std::make_shared<int>(0);
        const std::weak_ptr<int> used = token;
        EXPECT_TRUE(scripts->def("use", [token = std::move(token)] { return *token; }));
        auto running = call_wait();
        scripts.reset();
        start();
        EXPECT_FALSE(used.expired()) << "the script has not ended";
        expect_refused();
        while (!used.expired()) {  // its thread is about to end
          scripts.reset();
          start();
        }
        load("two", "def f(): return 2\n");
        EXPECT_EQ(call("two", "f"), Value(2));
        scripts.reset();
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(Abandoned, AScriptStaysSoIfTheHostLooksAgain) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        start_script();
        auto running = call_wait();
        EXPECT_THAT(scripts->shutdown({.patience = Duration::zero()}), ElementsAre("one"));
        EXPECT_THAT(scripts->shutdown({.patience = Duration::zero(), .abandon = false}),
                    ElementsAre("one"));
        scripts.reset();  // This does not wait for the script.
        expect_refused();
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(Abandoned, AScriptHostOfTheSameProcessMayFollow) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        auto running = abandon_script();
        start();
        load("two", "def f(): return 2\n");
        EXPECT_EQ(call("two", "f"), Value(2));
        EXPECT_THAT(scripts->shutdown(), IsEmpty());
        scripts.reset();
        expect_refused();
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

// Others take what interpreters are kept unused meanwhile, and a thread waits for the GIL to make
// more. The end of the host does not wait for that thread.
TEST_F(Abandoned, AScriptThatKeepsTheSharedGilHoldsUpNoEnd) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const HeldPipe pipe(folder.path() / "pipe");
        start({.end_patience = Duration::zero()});
        load("shared",
             "# hookline: gil=shared\nimport ctypes\ndef hang(entered):\n"
             "    open(entered, 'w').close()\n    " +
                 pipe.keep_gil() + "\n");
        auto running = scripts->call("shared", "hang", {entered.path()});
        (void)read_all(entered);
        load("own", "def f(): return 2\n");
        EXPECT_EQ(call("own", "f"), Value(2));
        scripts.reset();
        pipe.let_go();
        exit_process();
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(Abandoned, NoScriptIsIfTheHostWaitsOnceMore) {
  start_script();
  auto running = call_wait();
  EXPECT_THAT(scripts->shutdown({.patience = Duration::zero(), .abandon = false}),
              ElementsAre("one"));
  std::string answer;
  std::jthread script_side([&] {
    gate.open();
    answer = read_all(said);
  });
  EXPECT_THAT(scripts->shutdown(), IsEmpty());
  script_side.join();
  EXPECT_EQ(answer, "5");
  EXPECT_TRUE(running.get());
}

}  // namespace
}  // namespace hookline::test
