// Tests the limit of what the scripts of all hosts of the process hold together.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>

#include "hookline/future.h"
#include "interp/memory_book.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class MemoryTotals : public ScriptHostTest {
 protected:
  void SetUp() override {
    if (std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
      GTEST_SKIP() << "Python uses malloc, which counts nothing";
    }
  }

  // Starts a host of its own with one script.
  std::unique_ptr<ScriptHost> start_another(std::size_t memory_total) {
    start({.memory_total = memory_total});
    load("a", "def hold(mib):\n    return len('x' * (mib << 20))\n");
    return std::move(scripts);
  }
  static bool can_hold(ScriptHost& host, int mib) {
    const auto held = host.call("a", "hold", {mib}).get();
    EXPECT_TRUE(held || held.error().python_type == "MemoryError") << held.error().to_string();
    return held.has_value();
  }
};

TEST_F(MemoryTotals, ItHoldsForAllHostsUntilItsOwnEnds) {
  auto limited = start_another(memory_total().used() + 64 * kMiB);
  EXPECT_FALSE(can_hold(*limited, 100));
  auto unlimited = start_another(0);
  EXPECT_FALSE(can_hold(*limited, 100)) << "a second host does not remove the limit";
  EXPECT_FALSE(can_hold(*unlimited, 100));
  EXPECT_TRUE(can_hold(*unlimited, 10));
  limited.reset();
  EXPECT_TRUE(can_hold(*unlimited, 100));
}

TEST_F(MemoryTotals, TheLeastOneCounts) {
  const std::size_t used = memory_total().used();
  auto larger = start_another(used + 200 * kMiB);
  EXPECT_TRUE(can_hold(*larger, 100));
  auto smaller = start_another(used + 64 * kMiB);
  EXPECT_FALSE(can_hold(*larger, 100));
  EXPECT_FALSE(can_hold(*smaller, 100));
  smaller.reset();
  EXPECT_TRUE(can_hold(*larger, 100));
  EXPECT_FALSE(can_hold(*larger, 300)) << "its own limit holds again";
}

}  // namespace
}  // namespace hookline::test
