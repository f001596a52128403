// Tests the limit of what unload() still runs.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {
namespace {

using std::chrono::seconds;

constexpr int kWaiting = 100;

class Notices final : public Host {
 public:
  void on_script_notice(const Caller& /*caller*/, const std::string& notice) override {
    all.push_back(notice);
  }
  std::vector<std::string> all;
};

// Begins to unload a script that is at a gate, with 100 calls behind it.
class UnloadLimit : public ScriptHostTest {
 protected:
  ~UnloadLimit() override { scripts.reset(); }  // while its clock is there

  void begin(Duration end_patience) {
    start({.end_patience = end_patience,
           .interrupt_after = kForever,
           .quarantine_after = kForever,
           .clock = &clock},
          &notices);
    const ScriptId id = load("a", std::string(kGateSource) +
                                      "ran = 0\n"
                                      "def hold(path):\n    wait_at(path)\n    return 'held'\n"
                                      "def run():\n    global ran\n    ran += 1\n    return ran\n"
                                      "def UnLoad():\n    open('" +
                                      farewell().string() + "', 'w').write(str(ran))\n");
    held = scripts->call("a", "hold", {gate.path()});
    while (scripts->scripts()[0].mailbox.started == 0) {  // it does not wait behind the limit
      std::this_thread::yield();
    }
    for (int i = 0; i < kWaiting; ++i) {
      waiting.push_back(scripts->call("a", "run", {}));
    }
    unloaded = scripts->unload(id);
  }
  [[nodiscard]] std::filesystem::path farewell() const { return folder.path() / "farewell"; }
  // Returns how many calls had run when UnLoad() was called.
  [[nodiscard]] std::string ran() const {
    std::string text;
    std::ifstream(farewell()) >> text;
    return text;
  }

  LogCapture log;
  ManualClock clock;
  Notices notices;
  Gate gate{folder.path() / "gate"};
  Future<Value> held;
  std::vector<Future<Value>> waiting;
  Future<void> unloaded;
};

TEST_F(UnloadLimit, WhatWaitsRunsWithinIt) {
  begin(seconds(20));
  clock.advance(seconds(19));
  gate.open();
  EXPECT_TRUE(unloaded.get());
  EXPECT_EQ(held.get(), Value("held"));
  for (int i = 0; i < kWaiting; ++i) {
    EXPECT_EQ(waiting[static_cast<std::size_t>(i)].get(), Value(i + 1));
  }
  EXPECT_EQ(ran(), "100");
  clock.advance(seconds(100));  // the limit has ended with the script
  EXPECT_EQ(log.count("end_patience"), 0U);
}

TEST_F(UnloadLimit, WhatWaitsEndsThen) {
  begin(seconds(20));
  EXPECT_EQ(scripts->call("a", "run", {}).get().error().code, ErrorCode::kScriptNotFound)
      << "it accepts nothing more";
  clock.advance(seconds(20));
  while (log.count("a: it was unloaded, and 100 call(s) that it had accepted do not run") == 0) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(unloaded.ready()) << "the call that runs comes to its end";
  gate.open();
  EXPECT_TRUE(unloaded.get());
  EXPECT_EQ(held.get(), Value("held"));
  for (Future<Value>& call : waiting) {
    const Result<Value> result = call.get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kScriptUnloaded);
  }
  EXPECT_EQ(ran(), "0") << "UnLoad() runs";
  EXPECT_EQ(notices.all.size(), 1U);
  EXPECT_TRUE(scripts->unfinished().empty());
  load("a", "def f(): return 1\n");
  EXPECT_EQ(call("a", "f"), Value(1));
}

TEST_F(UnloadLimit, MayBeForEver) {
  begin(kForever);
  clock.advance(std::chrono::hours(1));
  gate.open();
  EXPECT_TRUE(unloaded.get());
  EXPECT_EQ(ran(), "100");
}

}  // namespace
}  // namespace hookline::test
