#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "hookline/function.h"
#include "tests/plugin/evaluating_script.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/scale.h"

namespace hookline::test {

// Runs a ScriptHost with one script, in which a test evaluates Python.
class DefTest : public ScriptHostTest {
 protected:
  inline static const std::string kSource = std::string(kEvaluatingScript) + R"(
import inspect
import sys

def execute(code):
    exec(code, globals())
)";

  void SetUp() override {
    start();
    script = load("script", kSource);
    if (kSanitized) {
      // Awaiting a future leaks 42 KB of CPython 3.13's _asyncio per interpreter. No suppression
      // can tell those stacks from ours. asyncio does the same without it.
      execute("sys.modules['_asyncio'] = None");
    }
  }

  Value run(std::string_view code) { return call("script", "run", {code}); }
  void execute(std::string_view code) { call("script", "execute", {code}); }
  std::string error(std::string_view code) {
    return *call("script", "error", {code}).as<std::string>();
  }
  static void expect_ok(const Result<void>& result) {
    EXPECT_TRUE(result) << result.error().to_string();
  }

  ScriptId script{};
};

}  // namespace hookline::test
