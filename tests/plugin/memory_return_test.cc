// Unloads a script that has held much memory, and looks at what the process keeps. CTest runs
// nothing else in this process, since other tests would leave free memory behind.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/plugin/test_scripts.h"
#include "tests/support/resident_memory.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

// Malloc has these blocks, and not the arenas of Python's small objects. Some of them are not freed
// in a row, as is usual.
constexpr std::string_view kReturningScript = R"py(
import random
kept = []

def take(mib):
    for _ in range(mib):
        kept.extend(bytearray(random.randrange(600, 3500)) for _ in range(512))
)py";

class MemoryReturn : public ScriptHostTest {};

TEST_F(MemoryReturn, WhatAScriptHasHeldIsGivenBackWhenItEnds) {
  if (kSanitized || std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
    GTEST_SKIP() << "another malloc is used";
  }
  start();
  load("other", "def ok(): return 1\n");
  const std::size_t before = resident_bytes();
  const ScriptId id = load("script", kReturningScript);
  call("script", "take", {400});
  const std::size_t full = resident_bytes();
  ASSERT_TRUE(scripts->unload(id).get());
  const std::size_t after = resident_bytes();
  std::cout << "MiB: " << before / kMiB << ", full " << full / kMiB << ", after " << after / kMiB
            << '\n';
  EXPECT_GT(full, before + 350 * kMiB);
  EXPECT_LT(after, before + 40 * kMiB);
  EXPECT_EQ(call("other", "ok"), Value(1));
}

}  // namespace
}  // namespace hookline::test
