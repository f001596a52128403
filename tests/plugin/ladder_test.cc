// Tests that a script which runs too long is interrupted, or left behind and run again.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/script_info.h"
#include "plugin/script/script_host_impl.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/held_pipe.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {

using namespace detail;

namespace {

using std::chrono::seconds;

// Returns at the sixth interrupt. An interrupt that comes between two loops ends it at once.
const std::string kCatchesSix =
    "def catch_six():\n"
    "    for i in range(6):\n"
    "        try:\n"
    "            while True:\n"
    "                pass\n"
    "        except BaseException:\n"
    "            pass\n";

// Counts the runs of scripts that have ended, and keeps what the host is told.
class Departures final : public Host {
 public:
  void on_script_unloaded(const Caller& /*caller*/) override { ++count; }
  void on_script_notice(const Caller& /*caller*/, const std::string& notice) override {
    notices.push_back(notice);
  }
  // Returns how many notices have this text.
  [[nodiscard]] std::size_t count_of(std::string_view text) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        notices, [text](const std::string& notice) { return notice.contains(text); }));
  }
  std::size_t count = 0;
  std::vector<std::string> notices;
};

class Ladder : public ScriptHostTest {
 protected:
  // The scripts and those that were left behind end before the clock and the log do.
  void TearDown() override {
    while (!scripts->shutdown({.abandon = false}).empty()) {
    }
    scripts.reset();
  }

  void start_with(Duration interrupt_after, Duration quarantine_after,
                  std::size_t quarantines = 3) {
    period = std::min<Duration>(std::min(interrupt_after, quarantine_after) / 4, seconds(1));
    start({.load_limit = seconds(30),
           .end_patience = kForever,
           .interrupt_after = interrupt_after,
           .quarantine_after = quarantine_after,
           .quarantines = quarantines,
           .clock = &clock},
          &departures);
  }
  // Lets time pass until `done()` is true.
  template <class Done>
  void pass_time(Done done) {
    while (!done()) {
      clock.wait_for_sleeper(clock.now() + period);
      clock.advance(period);
      std::this_thread::yield();
    }
  }
  void wait_for_lines(std::size_t count) const {
    while (lines() < count) {
      std::this_thread::yield();
    }
  }
  // The script writes a line before it hangs, so that the test knows where it is.
  [[nodiscard]] std::string mark() const { return (folder.path() / "mark").string(); }
  [[nodiscard]] std::string says_that_it_hangs() const {
    return "def mark():\n    open('" + mark() + "', 'a').write('.')\n";
  }
  // Defines hang(), which waits in C and keeps the GIL until the pipe lets it go.
  [[nodiscard]] std::string keeps_gil(const HeldPipe& pipe) const {
    return "import ctypes\n" + says_that_it_hangs() + "def hang():\n    mark()\n    " +
           pipe.keep_gil() + "\n";
  }
  // Begins to load a script whose import waits at the gate, and then keeps the GIL.
  [[nodiscard]] Future<ScriptId> load_that_keeps_gil(const Gate& gate, const HeldPipe& pipe) {
    return scripts->load(folder.write("a.py", std::string(kGateSource) + keeps_gil(pipe) +
                                                  "wait_at('" + gate.path() + "')\nhang()\n"));
  }
  [[nodiscard]] std::size_t lines() const {
    std::error_code missing;
    const auto size = std::filesystem::file_size(mark(), missing);
    return missing ? 0 : size;
  }
  // Calls hang(), which marks that it hangs, for the `times`th time.
  void hang_until_it_is_left_behind(std::size_t times = 1) {
    auto hung = scripts->call("a", "hang", {});
    wait_for_lines(times);
    pass_time([&] { return hung.ready(); });
    EXPECT_EQ(hung.get().error().code, ErrorCode::kQuarantined);
  }
  [[nodiscard]] ScriptInfo info() const { return scripts->scripts().at(0); }

  LogCapture log;
  ManualClock clock;
  Departures departures;
  Duration period{};
};

TEST_F(Ladder, ALoopIsInterruptedAndTheScriptGoesOn) {
  start_with(seconds(10), kForever);
  load("a", "def hang():\n    while True:\n        pass\ndef quick():\n    return 1\n");
  auto hung = scripts->call("a", "hang", {});
  auto next = scripts->call("a", "quick", {});
  pass_time([&] { return hung.ready(); });
  const auto result = hung.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kScriptRaised);
  EXPECT_EQ(result.error().python_type, "hookline.Interrupted");
  EXPECT_EQ(next.get(), Value(1));
  // The thread that has interrupted it says so afterwards.
  while (log.count("a: it was interrupted") == 0) {
    std::this_thread::yield();
  }
  EXPECT_GE(info().interrupted, 1U);
  EXPECT_EQ(info().quarantined, 0U);
  EXPECT_GT(log.count("in hang"), 0U);
}

TEST_F(Ladder, ASleepEnds) {
  start_with(seconds(10), kForever);
  load("a", "import time\ndef hang():\n    time.sleep(100000)\n");
  auto hung = scripts->call("a", "hang", {});
  pass_time([&] { return hung.ready(); });
  EXPECT_EQ(hung.get().error().python_type, "hookline.Interrupted");
}

TEST_F(Ladder, ACallThatEndsInTimeIsLeftAlone) {
  start_with(seconds(10), seconds(20));
  load("a", "def quick():\n    return 1\n");
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(call("a", "quick"), Value(1));
    clock.wait_for_sleeper(clock.now() + period);
    clock.advance(period);
  }
  EXPECT_EQ(info().interrupted, 0U);
  EXPECT_EQ(info().quarantined, 0U);
}

TEST_F(Ladder, AScriptThatCatchesEverythingIsLeftBehindInTheEnd) {
  start_with(seconds(10), seconds(30));
  load("a", says_that_it_hangs() +
                "state = []\n"
                "def hang():\n"
                "    state.append(1)\n"
                "    mark()\n"
                "    while True:\n"
                "        try:\n"
                "            while not open('" +
                mark() +
                "').read().endswith('!'):\n"
                "                pass\n"
                "            return\n"
                "        except BaseException:\n"
                "            pass\n"
                "def count():\n"
                "    return len(state)\n");
  auto hung = scripts->call("a", "hang", {});
  wait_for_lines(1);
  auto next = scripts->call("a", "count", {});
  pass_time([&] { return hung.ready(); });
  EXPECT_EQ(hung.get().error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(next.get(), Value(0)) << "it runs in a fresh interpreter";
  EXPECT_EQ(info().quarantined, 1U);
  EXPECT_GT(log.count("runs again from the beginning"), 0U);
  std::ofstream(mark(), std::ios::app) << '!';  // the old code sees this and returns
}

// At most two interrupts come before the script is left behind.
TEST_F(Ladder, CodeThatWasLeftBehindIsInterruptedUntilItReturns) {
  start_with(seconds(10), seconds(30));
  load("a", says_that_it_hangs() + kCatchesSix +
                "def hang():\n    mark()\n    catch_six()\ndef count():\n    return 0\n");
  hang_until_it_is_left_behind();
  const WorkerPool& pool = HostAccess::impl(*scripts).pool;
  EXPECT_EQ(pool.left_behind(), 1U);
  EXPECT_EQ(info().left_behind, 1U);
  EXPECT_EQ(log.count("has returned"), 0U);
  // The fresh code has been imported then: time that passes meanwhile would count against it.
  EXPECT_EQ(call("a", "count"), Value(0));
  pass_time([&] { return pool.left_behind() == 0; });
  EXPECT_EQ(info().left_behind, 0U);
  EXPECT_EQ(info().quarantined, 1U);
  // The thread says so when it is not counted any more, and the host hears of it while it waits.
  while (departures.count_of("has returned") == 0) {
    EXPECT_EQ(call("a", "count"), Value(0));
  }
  EXPECT_EQ(departures.count_of("has returned"), 1U);
  EXPECT_EQ(log.count("a: its code that was left behind has returned"), 1U);
}

// No other thread gets into an interpreter whose GIL is kept.
TEST_F(Ladder, CodeInCIsLeftBehindWithItsCall) {
  start_with(seconds(10), seconds(30));
  const HeldPipe pipe(folder.path() / "pipe");
  load("a", keeps_gil(pipe) + "def quick():\n    return 1\n");
  auto hung = scripts->call("a", "hang", {});
  wait_for_lines(1);
  std::vector<Future<Value>> waiting;
  for (int i = 0; i < 10; ++i) {
    waiting.push_back(scripts->call("a", "quick", {}));
  }
  pass_time([&] { return hung.ready(); });
  EXPECT_EQ(hung.get().error().code, ErrorCode::kQuarantined);
  for (auto& future : waiting) {
    EXPECT_EQ(future.get(), Value(1));
  }
  EXPECT_GT(log.count("stuck in hang"), 0U);
}

TEST_F(Ladder, ReloadUnloadAndLoadWorkWhileTheOldCodeIsStuck) {
  start_with(seconds(10), seconds(30));
  const HeldPipe pipe(folder.path() / "pipe");
  load("a", keeps_gil(pipe) + "def version():\n    return 1\n");
  hang_until_it_is_left_behind();
  EXPECT_EQ(call("a", "version"), Value(1));

  const auto path = folder.write("a.py", "def version():\n    return 2\n");
  EXPECT_TRUE(scripts->reload(scripts->find("a").value()).get());
  EXPECT_EQ(call("a", "version"), Value(2));
  EXPECT_TRUE(scripts->unload(scripts->find("a").value()).get());
  EXPECT_FALSE(scripts->find("a"));
  EXPECT_TRUE(scripts->load(path).get());
  EXPECT_EQ(call("a", "version"), Value(2));
  EXPECT_EQ(HostAccess::impl(*scripts).pool.left_behind(), 1U) << "it is still stuck";
}

TEST_F(Ladder, AScriptThatIsLeftBehindTooOftenIsEnded) {
  start_with(seconds(10), seconds(30), 1);
  const HeldPipe pipe(folder.path() / "pipe");
  load("a", keeps_gil(pipe));
  for (std::size_t i = 1; i <= 2; ++i) {
    hang_until_it_is_left_behind(i);
  }
  EXPECT_TRUE(scripts->scripts().empty());
  EXPECT_EQ(scripts->call("a", "hang", {}).get().error().code, ErrorCode::kScriptNotFound);
  EXPECT_GT(log.count("is not run any more"), 0U);
  load("a", "def quick():\n    return 1\n");  // by the operator
  EXPECT_EQ(call("a", "quick"), Value(1));
}

// Each call hangs at the pipe until the test closes it.
TEST_F(Ladder, QuarantinesOfLongAgoDoNotCount) {
  start_with(kForever, seconds(20), 1);
  HeldPipe pipe(folder.path() / "pipe");
  load("a", "def hang():\n    open('" + (folder.path() / "pipe").string() +
                "').read()\ndef quick():\n    return 1\n");
  for (std::size_t i = 1; i <= 3; ++i) {
    auto hung = scripts->call("a", "hang", {});
    if (i == 1) {
      pipe.wait_for_reader();
    }
    pass_time([&] { return hung.ready(); });
    EXPECT_EQ(hung.get().error().code, ErrorCode::kQuarantined);
    EXPECT_EQ(call("a", "quick"), Value(1)) << "it runs again";
    EXPECT_EQ(info().quarantined, i);
    clock.advance(std::chrono::minutes(11));
  }
  pipe.close();
  (void)scripts->shutdown({.patience = seconds(20)});  // does not wait for what was left behind
  EXPECT_TRUE(scripts->shutdown({.patience = seconds(20)}).empty());
}

TEST_F(Ladder, AnUnloadOfAScriptThatHangsEnds) {
  start_with(seconds(10), seconds(30));
  const HeldPipe pipe(folder.path() / "pipe");
  const ScriptId id = load("a", keeps_gil(pipe) + "UnLoad = hang\n");
  auto unloaded = scripts->unload(id);
  wait_for_lines(1);
  pass_time([&] { return unloaded.ready(); });
  EXPECT_TRUE(unloaded.get());
}

// A script that is not loaded any more must not be imported again because its import is stuck.
TEST_F(Ladder, AnImportThatWasGivenUpDoesNotBeginAgain) {
  start_with(kForever, seconds(20));
  HeldPipe pipe(folder.path() / "pipe");
  const auto path = folder.write("a.py", says_that_it_hangs() + "mark()\nopen('" +
                                             (folder.path() / "pipe").string() + "').read()\n");
  auto loading = scripts->load(path);
  pipe.wait_for_reader();
  ASSERT_TRUE(scripts->unload(scripts->unfinished().at(0).id).get());
  EXPECT_EQ(loading.get().error().code, ErrorCode::kScriptUnloaded);
  for (int i = 0; i < 100; ++i) {  // five times as long as a call may be stuck
    clock.wait_for_sleeper(clock.now() + period);
    clock.advance(period);
  }
  EXPECT_EQ(log.count("runs again from the beginning"), 0U);
  ASSERT_EQ(scripts->unfinished().size(), 1U) << "its thread is still there, and is listed";
  pipe.close();
  while (!scripts->unfinished().empty()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(lines(), 1U);
}

// Each look is for the next. However many there are, the import goes on.
TEST_F(Ladder, WhereAnImportHangsIsListed) {
  start_with(kForever, kForever);
  HeldPipe pipe(folder.path() / "pipe");
  const auto path =
      folder.write("a.py", "def deep():\n    open('" + (folder.path() / "pipe").string() +
                               "').read()\ndeep()\ndef quick():\n    return 1\n");
  auto loading = scripts->load(path);
  std::size_t looks = 0;
  const auto stack = [&] {
    ++looks;
    const auto unfinished = scripts->unfinished();
    return unfinished.empty() ? std::string("it has ended") : unfinished[0].stack;
  };
  std::string seen;
  while (seen.find(", in deep\n") == std::string::npos) {
    seen = stack();
    ASSERT_NE(seen, "it has ended") << loading.get().error().to_string();
    std::this_thread::yield();
  }
  EXPECT_NE(seen.find("a.py\", line 2, in deep\n    open("), std::string::npos) << seen;
  while (looks < 1'000) {
    ASSERT_NE(stack(), "it has ended") << loading.get().error().to_string();
  }
  EXPECT_TRUE(scripts->scripts().empty());
  pipe.wait_for_reader();
  pipe.close();
  EXPECT_TRUE(loading.get());
  EXPECT_EQ(call("a", "quick"), Value(1));
}

// A thread that lists the scripts does not wait for the GIL, which the code in C keeps.
TEST_F(Ladder, AnImportInCodeInCIsListedWithItsLastPlace) {
  start_with(kForever, kForever);
  const Gate gate(folder.path() / "gate");
  const HeldPipe pipe(folder.path() / "pipe");
  auto loading = load_that_keeps_gil(gate, pipe);
  while (scripts->unfinished().at(0).stack.find("in wait_at") == std::string::npos) {
    std::this_thread::yield();
  }
  gate.open();
  wait_for_lines(1);
  for (int i = 0; i < 100; ++i) {
    const auto unfinished = scripts->unfinished();
    ASSERT_FALSE(unfinished.empty()) << "listing took as long as the code in C";
    ASSERT_FALSE(unfinished[0].stack.empty());
  }
  pipe.let_go();
  EXPECT_TRUE(loading.get());
}

// The test before this one may let the code go before it has come to the pipe.
TEST_F(Ladder, CodeThatComesToAPipeWhichWasLetGoIsNotHeld) {
  start_with(kForever, kForever);
  const Gate gate(folder.path() / "gate");
  const HeldPipe pipe(folder.path() / "pipe");
  auto loading = load_that_keeps_gil(gate, pipe);
  pipe.let_go();
  gate.open();
  EXPECT_TRUE(loading.get());
}

class LadderReload : public Ladder {
 protected:
  // Loads a script, and reloads it with code whose import waits at the pipe.
  void SetUp() override {
    start_with(seconds(10), kForever);
    const ScriptId id = load("a", "def version():\n    return 1\n");
    folder.write("a.py", "open('" + (folder.path() / "pipe").string() +
                             "').read()\ndef version():\n    return 2\n");
    reloaded = scripts->reload(id);
    pipe.wait_for_reader();
  }

  HeldPipe pipe{folder.path() / "pipe"};
  Future<void> reloaded;
};

TEST_F(LadderReload, GoesOnBesideTheOldCode) {
  EXPECT_EQ(call("a", "version"), Value(1));
  pipe.close();
  ASSERT_TRUE(reloaded.get());
  EXPECT_EQ(call("a", "version"), Value(2));
}

// The clock goes on until the fresh code has ended, although nobody waits for it.
TEST_F(Ladder, FreshCodeIsInterruptedAlsoAfterTheLimitOfTheReload) {
  start_with(seconds(10), kForever);  // the limit of a load is 30 s
  const ScriptId id = load("a", "def version():\n    return 1\n");
  folder.write("a.py", says_that_it_hangs() + kCatchesSix + "mark()\ncatch_six()\n");
  auto reloaded = scripts->reload(id);
  wait_for_lines(1);
  pass_time([&] { return reloaded.ready(); });
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(departures.count, 0U);
  pass_time([&] {  // the host is told while it waits
    return call("a", "version") == Value(1) && departures.count == 1;
  });
}

TEST_F(Ladder, FreshCodeIsInterruptedIfTheScriptIsUnloadedMeanwhile) {
  start_with(seconds(10), kForever);
  const ScriptId id = load("a", "def version():\n    return 1\n");
  folder.write("a.py", says_that_it_hangs() + "mark()\nwhile True:\n    pass\n");
  auto reloaded = scripts->reload(id);
  wait_for_lines(1);
  ASSERT_TRUE(scripts->unload(id).get());
  pass_time([&] { return reloaded.ready(); });
  EXPECT_FALSE(reloaded.get());
  EXPECT_TRUE(scripts->shutdown().empty()) << "no thread of it is left";
}

// The unload comes when it is settled that the fresh code takes over, but before it has done so.
TEST_F(Ladder, CodeThatTakesOverIsNotInterruptedByAnUnload) {
  start_with(seconds(10), kForever);
  HeldPipe pipe(folder.path() / "pipe");
  const ScriptId id = load("a", "def version():\n    return 1\n");
  ScriptEntry& entry = *HostAccess::impl(*scripts).registry.read()->scripts.at(0).script;
  folder.write("a.py", says_that_it_hangs() + "open('" + (folder.path() / "pipe").string() +
                           "').read()\nUnLoad = mark\n");
  auto reloaded = scripts->reload(id);
  pipe.wait_for_reader();
  ASSERT_TRUE(entry.generations.back().succession.try_take_over());
  ASSERT_TRUE(scripts->unload(id).get());
  for (int i = 0; i < 20; ++i) {  // twice as long as until an interrupt
    clock.wait_for_sleeper(clock.now() + period);
    clock.advance(period);
  }
  pipe.close();
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kScriptUnloaded);
  wait_for_lines(1);  // its UnLoad() has run
}

// The fresh code is loaded by the lane of the present code, which is not interrupted for it.
TEST_F(Ladder, FreshCodeThatLeavesTheMainInterpreterIsInterrupted) {
  start_with(seconds(10), kForever);
  const ScriptId id = load("a", "# hookline: gil=main\ndef version():\n    return 1\n");
  folder.write("a.py", "# hookline: gil=own\nwhile True:\n    pass\n");
  auto reloaded = scripts->reload(id);
  pass_time([&] { return reloaded.ready(); });
  EXPECT_EQ(reloaded.get().error().python_type, "hookline.Interrupted");
  EXPECT_EQ(call("a", "version"), Value(1));
}

TEST_F(LadderReload, EndsIfTheScriptIsUnloadedMeanwhile) {
  ASSERT_TRUE(scripts->unload(scripts->find("a").value()).get());
  pipe.close();
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kScriptUnloaded);
}

// The script is gone, so the limit must not say that its old code goes on.
TEST_F(LadderReload, EndsAtItsLimitAfterAnUnload) {
  ASSERT_TRUE(scripts->unload(scripts->find("a").value()).get());
  pass_time([&] { return reloaded.ready(); });
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kScriptUnloaded);
  EXPECT_EQ(log.count("the old code goes on"), 0U);
  pipe.close();
}

// The limit was first, so the unload that follows does not change what the caller is told.
TEST_F(LadderReload, ThatWasRefusedAtItsLimitIsNotRefusedByAnUnload) {
  const auto& entry = *HostAccess::impl(*scripts).registry.read()->scripts.at(0).script;
  pass_time([&] { return reloaded.ready(); });
  ASSERT_TRUE(scripts->unload(scripts->find("a").value()).get());
  EXPECT_EQ(entry.generations.back().succession.state(), Succession::State::kRefusedByLimit);
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kDeadlineExceeded);
  pipe.close();
}

// The limit has refused the code, but has not told anybody yet.
TEST_F(LadderReload, SaysWhyItsCodeWasRefused) {
  auto& entry = *HostAccess::impl(*scripts).registry.read()->scripts.at(0).script;
  ASSERT_EQ(entry.generations.back().succession.refuse(Succession::State::kRefusedByLimit),
            Succession::State::kRefusedByLimit);
  pipe.close();
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kDeadlineExceeded);
}

TEST_F(LadderReload, ThatDoesNotEndLeavesTheOldCodeRunning) {
  pass_time([&] { return reloaded.ready(); });
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(call("a", "version"), Value(1));
  pipe.close();
}

TEST_F(Ladder, AReloadThatIsTooLateIsInterrupted) {
  start_with(kForever, seconds(1000));
  load("a", "def version():\n    return 1\n");
  folder.write("a.py", says_that_it_hangs() + "mark()\nwhile True:\n    pass\n");
  auto reloaded = scripts->reload(*scripts->find("a"));
  wait_for_lines(1);
  pass_time([&] { return reloaded.ready(); });
  EXPECT_EQ(reloaded.get().error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_TRUE(scripts->shutdown({.patience = seconds(20)}).empty());
}

}  // namespace
}  // namespace hookline::test
