// A script for which no thread can be started is an error of its own: the host and the scripts
// beside it go on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/script_info.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/alone/failing_threads.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;

class FailingThread : public ScriptHostTest {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "a sanitizer replaces pthread_create";
    }
    start();
    load("healthy", "def f(): return 'healthy'\n");
  }
  void TearDown() override { FailingThreads::disarm(); }

  template <class T>
  static void expect_no_thread(const Result<T>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kQueueFull);
    EXPECT_THAT(result.error().message, HasSubstr("a thread cannot be started"));
  }
};

TEST_F(FailingThread, ALoadSaysSoAndCanBeTriedAgain) {
  const auto path = folder.write("a.py", "def f(): return 1\n");
  FailingThreads::arm();
  expect_no_thread(scripts->load(path).get());
  EXPECT_EQ(call("healthy", "f"), Value("healthy"));
  EXPECT_EQ(scripts->scripts().size(), 1U);
  FailingThreads::disarm();
  ASSERT_TRUE(scripts->load(path).get());
  EXPECT_EQ(call("a", "f"), Value(1));
}

TEST_F(FailingThread, AReloadSaysSoAndTheOldCodeGoesOn) {
  const ScriptId id = load("a", "def f(): return 1\n");
  folder.write("a.py", "def f(): return 2\n");
  FailingThreads::arm();
  expect_no_thread(scripts->reload(id).get());
  EXPECT_EQ(call("a", "f"), Value(1));
  FailingThreads::disarm();
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_EQ(call("a", "f"), Value(2));
}

// It then has no unused interpreters for others to take.
TEST_F(FailingThread, AScriptWithTheSharedGilNeedsNoFurtherOne) {
  const ScriptId id = load("a", "def f(): return 1\n");
  const std::string shared = "# hookline: gil=shared\ndef f(): return 2\n";
  folder.write("a.py", shared);
  FailingThreads::arm(1);
  ASSERT_TRUE(scripts->reload(id).get());
  FailingThreads::disarm();
  EXPECT_EQ(call("a", "f"), Value(2));
  load("b", "def f(): return 3\n");
  EXPECT_EQ(call("b", "f"), Value(3));
}

TEST_F(FailingThread, AScriptCannotStartOneEither) {
  load("a",
       "import threading\n"
       "def f():\n"
       "    try:\n"
       "        threading.Thread(target=print).start()\n"
       "    except RuntimeError as error:\n"
       "        return str(error)\n");
  FailingThreads::arm();
  EXPECT_EQ(call("a", "f"), Value("can't start new thread"));
  FailingThreads::disarm();
  EXPECT_EQ(call("a", "f"), Value());
}

TEST_F(FailingThread, AnUnloadAndTheEndNeedNone) {
  const ScriptId id = load("a", "def f(): return 1\n");
  FailingThreads::arm();
  EXPECT_TRUE(scripts->unload(id).get());
  EXPECT_TRUE(scripts->shutdown().empty());
}

}  // namespace
}  // namespace hookline::test
