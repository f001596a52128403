// Starts and ends a ScriptHost again and again, with a script that does not return in every third.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <thread>

#include "hookline/future.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/process_counts.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

using ::testing::IsEmpty;

class StartStop : public ScriptHostTest {
 protected:
  // A script that says when it has come to the gate, and where that is.
  struct Stuck {
    TempFolder folder;
    Gate gate{folder.path() / "gate"};
    Gate entered{folder.path() / "entered"};

    [[nodiscard]] std::filesystem::path write(std::size_t place) const {
      const std::string hang =
          "open('" + entered.path() + "', 'w').close(); wait_at('" + gate.path() + "')\n";
      const std::string sources[] = {hang, "def wait(): " + hang, "def UnLoad(): " + hang,
                                     "import atexit\natexit.register(lambda: (open('" +
                                         entered.path() + "', 'w').close(), wait_at('" +
                                         gate.path() + "')))\n"};
      return folder.write("stuck.py", std::string(kGateSource) + std::span(sources)[place]);
    }
    void wait_until_it_is_there() const { (void)std::ifstream(entered.path()).peek(); }
  };

  static constexpr std::size_t kPlaces = 4;

  // Ends the ScriptHost, which has one script that will hang at that place.
  void end_with(const Stuck& stuck, std::size_t place) {
    const auto path = stuck.write(place);
    auto loading = scripts->load(path);
    Future<Value> running;
    if (place == 0) {
      stuck.wait_until_it_is_there();
    } else {
      ASSERT_TRUE(loading.get());
    }
    if (place == 1) {
      running = scripts->call("stuck", "wait", {});
      stuck.wait_until_it_is_there();
    }
    if (place > 1) {  // it hangs once it is to end
      std::jthread reader([&stuck] { stuck.wait_until_it_is_there(); });
      EXPECT_THAT(scripts->shutdown({.patience = Duration::zero(), .abandon = false}),
                  ::testing::Contains("stuck"));
      reader.join();
      while (scripts->shutdown({.patience = Duration::zero(), .abandon = false}).size() > 1) {
        std::this_thread::yield();
      }
    }
    EXPECT_THAT(scripts->shutdown({.patience = std::chrono::milliseconds(1)}),
                ::testing::Contains("stuck"));
    scripts.reset();
    if (place == 0) {
      EXPECT_EQ(loading.get().error().code, ErrorCode::kShuttingDown);
    }
    if (place == 1) {
      EXPECT_EQ(running.get().error().code, ErrorCode::kShuttingDown);
    }
  }
};

TEST_F(StartStop, ManyTimesInOneProcess) {
  constexpr std::uint64_t kTimes = 120;  // 500 with HOOKLINE_STRESS_SCALE=4.2
  constexpr std::size_t kNeverReturn = 5;
  const auto fine = folder.write("fine.py", "def f(): return 1\n");
  std::deque<Stuck> stuck;
  std::ptrdiff_t descriptors = 0;
  start();
  const std::ptrdiff_t threads = live_threads();
  for (std::uint64_t i = 0; i < scaled(kTimes); ++i) {
    scripts.reset();
    start();
    ASSERT_TRUE(scripts->load(fine).get());
    EXPECT_EQ(call("fine", "f"), Value(1));
    if (i % 3 == 2) {
      end_with(stuck.emplace_back(), (i / 3) % kPlaces);
      // The first ones are held for ever, the others until the next comes.
      if (stuck.size() > kNeverReturn) {
        stuck.back().gate.open();
        stuck.pop_back();
      }
    } else {
      EXPECT_THAT(scripts->shutdown(), IsEmpty());
    }
    if (i == 2) {
      descriptors = open_descriptors();
    }
  }
  while (!stuck.empty()) {
    stuck.front().gate.open();
    stuck.pop_front();
  }
  // The threads end when their scripts have returned.
  start();
  while (live_threads() > threads) {
    scripts.reset();
    start();
  }
  scripts.reset();
  EXPECT_LE(open_descriptors(), descriptors);
}

}  // namespace
}  // namespace hookline::test
