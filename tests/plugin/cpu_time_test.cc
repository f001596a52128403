#include "plugin/event/cpu_time.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "hookline/script_info.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

constexpr Duration kWork = 20ms;

// Computes until the calling thread has used this much CPU time.
void use_cpu(Duration time) {
  const auto now = [] {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
  };
  for (const auto end = now() + time; now() < end;) {
  }
}

TEST(CpuTime, CountsTheThreadThatAScriptHasForItself) {
  CpuTime cpu;
  use_cpu(kWork);
  std::thread([&cpu] {
    use_cpu(kWork);
    cpu.begin_thread();
    EXPECT_LT(cpu.total(), kWork);
    use_cpu(kWork);
    EXPECT_GE(cpu.total(), kWork);
    cpu.end_thread();
    use_cpu(4 * kWork);
    EXPECT_LT(cpu.total(), 4 * kWork) << "what it does afterwards is not the script's";
  }).join();
  EXPECT_GE(cpu.total(), kWork);
  EXPECT_LT(cpu.total(), 4 * kWork);
}

TEST(CpuTime, AddsUpThreadsThatFollowEachOther) {
  CpuTime cpu;
  for (int i = 0; i < 2; ++i) {
    std::thread([&cpu] {
      cpu.begin_thread();
      use_cpu(kWork);
      cpu.end_thread();
    }).join();
  }
  EXPECT_GE(cpu.total(), 2 * kWork);
}

// So it is when a script is taken from a worker that hangs.
TEST(CpuTime, AThreadThatEndsLateIsNotTakenForTheNextOne) {
  CpuTime cpu;
  cpu.begin_thread();
  use_cpu(kWork);
  std::thread([&cpu] {
    cpu.begin_thread();
    use_cpu(kWork);
    std::thread([&cpu] { cpu.end_thread(); }).join();
    use_cpu(kWork);
    EXPECT_GE(cpu.total(), 3 * kWork);
    cpu.end_thread();
  }).join();
}

TEST(CpuTime, CountsBatchesOnASharedThread) {
  CpuTime cpu;
  for (int i = 0; i < 2; ++i) {
    use_cpu(kWork);
    cpu.begin_batch();
    use_cpu(kWork);
    cpu.end_batch();
  }
  EXPECT_GE(cpu.total(), 2 * kWork);
  EXPECT_LT(cpu.total(), 4 * kWork);
}

class ScriptCpuTime : public ScriptHostTest, public testing::WithParamInterface<std::size_t> {};

TEST_P(ScriptCpuTime, IsThatOfTheScript) {
  start({.workers = GetParam()});
  load("busy",
       "import time\ndef f():\n  until = time.thread_time() + 0.1\n"
       "  while time.thread_time() < until: pass\n");
  load("quiet", "def f(): pass\n");
  const Duration before = scripts->scripts().at(0).cpu_time;
  call("busy", "f");
  call("quiet", "f");
  call("busy", "f");
  call("quiet", "f");  // on a shared worker, the turn of the other script is over now
  const auto infos = scripts->scripts();
  EXPECT_GE(infos.at(0).cpu_time, before + 200ms);
  EXPECT_LT(infos.at(1).cpu_time, infos.at(0).cpu_time);
}

INSTANTIATE_TEST_SUITE_P(Workers, ScriptCpuTime, testing::Values(0U, 1U));

}  // namespace
}  // namespace hookline::test
