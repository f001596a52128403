// Reloads, unloads and loads a script that imports much of the standard library, and looks at what
// the process keeps. CTest runs nothing else in this process: other tests would leave free memory
// behind in which the growth could hide.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/plugin/test_scripts.h"
#include "tests/support/resident_memory.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

constexpr std::string_view kGrowingScript = R"py(
import asyncio, json, sqlite3, ssl

def OnUserLogin(nick):
    return 1

def use():
    async def wait():
        await asyncio.sleep(0)
        return json.dumps([1, 2])
    with sqlite3.connect(":memory:") as db:
        db.execute("create table t(x)")
    ssl.create_default_context()
    return asyncio.run(wait())
)py";

// HOOKLINE_GROWTH_CYCLES asks for a long run, whose figure is more exact.
int cycles() {
  const char* const asked = std::getenv("HOOKLINE_GROWTH_CYCLES");
  return asked != nullptr ? std::stoi(asked) : static_cast<int>(scaled(30));
}

class ReloadGrowth : public ScriptHostTest {
 protected:
  // Runs `cycle` often, and returns what each has left behind, in KB. The first sixth is not
  // counted: malloc gets its arenas then.
  template <class Cycle>
  double kb_per_cycle(Cycle cycle) {
    const int before = cycles() / 6;
    for (int i = 0; i < before; ++i) {
      cycle();
    }
    const auto first = static_cast<double>(resident_bytes());
    for (int i = before; i < cycles(); ++i) {
      cycle();
    }
    const double grown = static_cast<double>(resident_bytes()) - first;
    const double each = grown / 1024 / (cycles() - before);
    std::cout << "KB per cycle: " << each << '\n';
    return each;
  }

  void expect_that_reloads_keep_little(ReloadMode mode) {
    start({.python = {.reload = mode}});
    const ScriptId id = load("script", kGrowingScript);
    const double kb = kb_per_cycle([&] {
      ASSERT_TRUE(scripts->reload(id).get());
      EXPECT_EQ(call("script", "use"), Value("[1, 2]"));
    });
    if (!kSanitized) {
      EXPECT_LE(kb, kBoundKb);
    }
  }

  // Up to 34 KB were measured, and more than 5,000 when nothing was given back.
  static constexpr double kBoundKb = 150;
};

TEST_F(ReloadGrowth, AReloadKeepsLittle) { expect_that_reloads_keep_little(ReloadMode::kFresh); }

TEST_F(ReloadGrowth, AReloadInPlaceKeepsLittle) {
  expect_that_reloads_keep_little(ReloadMode::kInPlace);
}

TEST_F(ReloadGrowth, UnloadAndLoadKeepLittle) {
  start();
  const double kb = kb_per_cycle([&] {
    const ScriptId id = load("script", kGrowingScript);
    EXPECT_EQ(call("script", "use"), Value("[1, 2]"));
    ASSERT_TRUE(scripts->unload(id).get());
  });
  if (!kSanitized) {
    EXPECT_LE(kb, kBoundKb);
  }
}

}  // namespace
}  // namespace hookline::test
