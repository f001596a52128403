#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <thread>
#include <utility>

#include "hookline/function.h"
#include "hookline/script_host.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/alone/failing_new.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scale.h"

namespace hookline::test {

using namespace detail;

using std::chrono::seconds;

// Arms each thread that wakes by it, while it is told to.
class ArmingClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return clock.now(); }
  void park_until(Parker& parker, TimePoint deadline) override {
    clock.park_until(parker, deadline);
    if (const int allowed = allowed_; allowed >= 0) {
      FailingNew::arm(allowed);
    }
  }
  void arm(int allowed) { allowed_ = allowed; }
  void disarm() {
    allowed_ = -1;
    FailingNew::disarm();
  }

  ManualClock clock;

 private:
  std::atomic<int> allowed_ = -1;
};

// Runs a healthy script beside `a`, for which there is no memory at some place.
class FailingScripts : public ScriptHostTest {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "a sanitizer replaces operator new";
    }
    start_with({});
  }
  void TearDown() override {
    if (scripts != nullptr) {
      while (!scripts->shutdown({.abandon = false}).empty()) {
      }
      scripts.reset();
    }
  }
  // Loads a healthy script. Scripts can call vh.arm(), after which the allocations of their thread
  // fail.
  void start_with(ScriptHostOptions options) {
    options.clock = &clock;
    options.late_answer_allows = true;
    // Each hook makes allocations that may fail, and these tests need no others.
    options.hooks = verlihub::hooks();
    options.hooks.resize(
        static_cast<std::size_t>(std::max(verlihub::kOnUserLogin, verlihub::kOnUserLogout)) + 1);
    start(std::move(options));
    ASSERT_TRUE(scripts->def("arm", [this] { FailingNew::arm(allowed); }, RunsOn::kCaller));
    load("healthy", "def f(): return 'healthy'\ndef OnUserLogout(nick): return 0\n");
  }
  std::filesystem::path write(std::string_view source) const {
    return folder.write("a.py", source);
  }
  void expect_health() {
    FailingNew::disarm();
    EXPECT_EQ(call("healthy", "f"), Value("healthy"));
    EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogout, {"nick"}).allowed);
  }
  // Waits until nothing of `a` is left, and loads and unloads it.
  void expect_free_name() {
    FailingNew::disarm();
    if (const auto id = scripts->find("a")) {
      EXPECT_TRUE(scripts->unload(*id).get());
    }
    while (!scripts->unfinished().empty()) {
      std::this_thread::yield();
    }
    EXPECT_EQ(scripts->scripts().size(), 1U);
    const ScriptId id = load("a", "def f(): return 'again'\ndef OnUserLogin(nick): return 0\n");
    EXPECT_EQ(call("a", "f"), Value("again"));
    EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
    EXPECT_TRUE(scripts->unload(id).get());
  }

  ArmingClock clock;
  LogCapture log;
  std::atomic<int> allowed = 0;  // of a thread that calls vh.arm()
};

// An operation fails for no other reason.
template <class T>
void expect_no_memory(const Result<T>& result) {
  if (!result) {
    const Error& error = result.error();
    EXPECT_TRUE(error.code == ErrorCode::kQueueFull || error.python_type == "MemoryError")
        << error.to_string();
  }
}

}  // namespace hookline::test
