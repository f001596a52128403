// Loads and unloads a script through the C interface, and looks at what the process keeps. CTest
// runs nothing else in this process: other tests would leave free memory behind in which the growth
// could hide.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/support/resident_memory.h"
#include "tests/support/scale.h"
#include "tests/wrapper/wrapper_fixture.h"

namespace hookline::test {
namespace {

class LoadGrowth : public WrapperTest {
 protected:
  void load_and_unload() {
    const int id = load("script", "import asyncio, json, sqlite3, ssl\ndef f(): return 'yes'\n");
    EXPECT_EQ(call(id, "f"), "s: 'yes'");
    w.unload(id);
  }
};

TEST_F(LoadGrowth, UnloadAndLoadKeepLittle) {
  const char* const asked = std::getenv("HOOKLINE_GROWTH_CYCLES");
  const int cycles = asked != nullptr ? std::stoi(asked) : static_cast<int>(scaled(30));
  constexpr double kMostKb = 150;  // it was 5,400
  begin();
  for (int i = 0; i < cycles / 6; ++i) {
    load_and_unload();
  }
  const auto first = static_cast<double>(resident_bytes());
  // On a busy machine the system may take a moment to give back the pages of the interpreters that
  // have just ended. What stays makes more rounds grow as much as the first one.
  double kb = kMostKb + 1;
  for (int round = 1; round <= 3 && kb > kMostKb; ++round) {
    std::size_t last = SIZE_MAX;
    for (int i = 0; i < cycles; ++i) {
      load_and_unload();
      last = std::min(last, i + 5 < cycles ? SIZE_MAX : resident_bytes());
    }
    kb = (static_cast<double>(last) - first) / 1024 / (round * cycles);
  }
  std::cout << "KB per cycle: " << kb << '\n';
  if (!kSanitized) {
    EXPECT_LE(kb, kMostKb);
  }
}

}  // namespace
}  // namespace hookline::test
