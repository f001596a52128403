// Loads and unloads a script through the C interface, and looks at what the process keeps. It is an
// executable of its own, since other tests would leave free memory behind in which the growth could
// hide.

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

class LoadGrowth : public WrapperTest {};

TEST_F(LoadGrowth, UnloadAndLoadKeepLittle) {
  const char* const asked = std::getenv("HOOKLINE_GROWTH_CYCLES");
  const int cycles = asked != nullptr ? std::stoi(asked) : static_cast<int>(scaled(30));
  begin();
  std::size_t first = 0;
  // The system may take a moment to give back the pages of the interpreter that has just ended.
  std::size_t last = SIZE_MAX;
  for (int i = 0; i < cycles; ++i) {
    if (i == cycles / 6) {
      first = resident_bytes();
    }
    const int id = load("script", "import asyncio, json, sqlite3, ssl\ndef f(): return 'yes'\n");
    EXPECT_EQ(call(id, "f"), "s: 'yes'");
    w.unload(id);
    if (cycles - i <= 5) {
      last = std::min(last, resident_bytes());
    }
  }
  const double kb =
      (static_cast<double>(last) - static_cast<double>(first)) / 1024 / (cycles - cycles / 6);
  std::cout << "KB per cycle: " << kb << '\n';
  if (!kSanitized) {
    EXPECT_LE(kb, 150);  // it was 5,400
  }
}

}  // namespace
}  // namespace hookline::test
