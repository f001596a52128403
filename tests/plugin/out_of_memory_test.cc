// Lets malloc fail, which operator new uses, while scripts are looked at: then the watch goes on.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>

#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/lane.h"
#include "interp/interrupter.h"
#include "plugin/event/script_entry.h"
#include "plugin/script/cpu_shares.h"
#include "plugin/script/script_ladder.h"
#include "plugin/types/hook_table.h"
#include "plugin/types/log.h"
#include "tests/support/alone/failing_malloc.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;
using test::FailingMalloc;

namespace {

using std::chrono::seconds;

// Is at the same step for ever.
class StuckLane final : public Lane {
 public:
  [[nodiscard]] Mailbox& mailbox() noexcept override { std::abort(); }
  [[nodiscard]] const LaneMetrics& metrics() const noexcept override { std::abort(); }
  [[nodiscard]] std::size_t worker() const noexcept override { return 0; }
  [[nodiscard]] std::uint64_t step() const noexcept override { return 1; }
};

class WatchWithoutMemory : public testing::Test {
 protected:
  static constexpr std::size_t kScripts = 100;

  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "a sanitizer replaces malloc";
    }
    for (std::size_t i = 0; i < kScripts; ++i) {
      scripts.emplace_back(table, clock, Log::standard());
    }
  }
  // Takes the thread's memory away while there is a script to look at.
  ScriptEntry* next(std::size_t& at) {
    if (at == scripts.size()) {
      FailingMalloc::disarm();
      return nullptr;
    }
    FailingMalloc::arm();
    return &scripts.at(at++);
  }
  // Lets the next looks happen.
  void look(int times, Duration period) {
    for (int i = 0; i < times; ++i) {
      clock.wait_for_sleeper(clock.now() + period);
      clock.advance(period);
    }
    clock.wait_for_sleeper(clock.now() + period);
  }

  ManualClock clock;
  TimerService timers{clock};
  const HookTable table;
  std::deque<ScriptEntry> scripts;
};

TEST_F(WatchWithoutMemory, TheLadderGoesOn) {
  const auto lane = std::make_shared<StuckLane>();
  const auto interrupter = std::make_shared<Interrupter>();
  std::atomic<std::size_t> quarantined{0};
  const ScriptLadder ladder(
      timers, {.interrupt_after = seconds(4), .quarantine_after = seconds(8)},
      {.next =
           [&](std::size_t& at, ScriptLadder::Watched& watched) {
             watched = {.script = next(at), .lane = lane, .interrupter = interrupter};
             return watched.script != nullptr;
           },
       .quarantine = [&](auto&, auto&, auto, const auto&) { ++quarantined; },
       .tell = [](auto&, const auto&) {}});
  look(8, seconds(1));
  EXPECT_EQ(quarantined.load(), 0U);
  look(1, seconds(1));
  EXPECT_EQ(quarantined.load(), kScripts);
}

TEST_F(WatchWithoutMemory, SharesOfCpuTimeGoOn) {
  for (ScriptEntry& script : scripts) {
    script.cpu_share = 0.5;
  }
  std::atomic<Duration> used{Duration::zero()};
  CpuShares shares(timers, {.next = [this](std::size_t& at) { return next(at); },
                            .cpu_time = [&](const auto&) { return used.load(); },
                            .tell = [](auto&, const auto&) {}});
  EXPECT_TRUE(shares.watch());
  look(1, CpuShares::kPeriod);
  used = seconds(5);
  look(1, CpuShares::kPeriod);
  for (const ScriptEntry& script : scripts) {
    EXPECT_TRUE(script.is_over_cpu_share);
    EXPECT_TRUE(script.breaker.is_open());
  }
}

}  // namespace
}  // namespace hookline
