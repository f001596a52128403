// Starts and ends the hub again and again, with a script that does not return in every third.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "hub_fixture.h"
#include "tests/support/process_counts.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

class StartStop : public HubTest {
 protected:
  struct Gates {
    TempFolder folder;
    Gate gate{folder.path() / "gate"};
    Gate entered{folder.path() / "entered"};
  };

  // Runs a hub until it has ended without its script, which hangs at that place.
  void run_with_stuck(const Gates& gates, std::size_t place) {
    const std::string hang =
        "open('" + gates.entered.path() + "', 'w').close(); wait_at('" + gates.gate.path() + "')\n";
    const auto sources = std::to_array<std::string>(
        {hang, "def OnUserLogin(nick): " + hang, "def UnLoad(): " + hang});
    config.load_patience = place == 0 ? Duration::zero() : Duration(std::chrono::hours(1));
    config.end_patience = std::chrono::milliseconds(1);
    may_fail_to_load = place == 0;
    config.decision_deadline = std::chrono::milliseconds(1);
    start({{"stuck", std::string(kGateSource) + sources.at(place)}});
    auto client = login("A");
    client.chat("hello");
    client.expect("<A> hello");
    if (place < 2) {
      (void)std::ifstream(gates.entered.path()).peek();
    }
    stop();
    if (place == 2) {
      (void)std::ifstream(gates.entered.path()).peek();
    }
  }

  void run_without_trouble() {
    config.load_patience = std::chrono::hours(1);
    config.end_patience = std::chrono::hours(1);
    config.decision_deadline = std::chrono::hours(1);
    start({{"stuck", "def OnParsedMsgChat(nick, message): return message + ' fine'\n"}});
    auto client = login("A");
    client.chat("hello");
    client.expect("<A> hello fine");
    stop();
  }
};

TEST_F(StartStop, ManyTimesInOneProcess) {
  constexpr std::uint64_t kTimes = 100;
  config.store_path = "";
  const auto never_returns = std::make_unique<Gates>();
  run_with_stuck(*never_returns, 0);
  const std::ptrdiff_t descriptors = open_descriptors();
  for (std::uint64_t i = 0; i < scaled(kTimes); ++i) {
    if (i % 3 == 2) {
      const Gates gates;
      run_with_stuck(gates, (i / 3) % 3);
      gates.gate.open();
    } else {
      run_without_trouble();
    }
  }
  never_returns->gate.open();
  // The threads end when their scripts have returned; the next hub joins them.
  while (live_threads() > 2) {
    run_without_trouble();
  }
  EXPECT_LE(open_descriptors(), descriptors);
}

}  // namespace
}  // namespace hookline::test
