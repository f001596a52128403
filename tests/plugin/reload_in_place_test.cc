// Tests what only a reload in place does: the interpreter stays, and what is in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;

// marks() counts how often code has run in this interpreter.
constexpr std::string_view kMarks = R"py(
import sys
sys.marks = getattr(sys, "marks", 0) + 1

def marks():
    return sys.marks
)py";

class ReloadInPlace : public ScriptHostTest {
 protected:
  // Loads a script with these comments at its top.
  ScriptId load_with(std::string_view comments, PythonOptions python = {}) {
    write(comments);
    const auto loaded =
        scripts->load(folder.path() / "one.py", {.python = std::move(python)}).get();
    EXPECT_TRUE(loaded) << loaded.error().to_string();
    return loaded.value_or(ScriptId{});
  }
  void write(std::string_view comments, std::string_view source = kMarks) {
    folder.write("one.py", std::string(comments) + "\n" + std::string(source));
  }
  // Reloads it with these comments. Returns how often code has then run in its interpreter.
  Value marks_after(std::string_view comments) {
    write(comments);
    const auto reloaded = scripts->reload(*scripts->find("one")).get();
    EXPECT_TRUE(reloaded) << reloaded.error().to_string();
    return call("one", "marks");
  }
};

TEST_F(ReloadInPlace, TheInterpreterStays) {
  start({.python = {.reload = ReloadMode::kInPlace}});
  load_with("");
  EXPECT_EQ(marks_after(""), Value(2));
  EXPECT_EQ(marks_after(""), Value(3));
}

TEST_F(ReloadInPlace, OtherwiseItIsAFreshOne) {
  start();
  load_with("");
  EXPECT_EQ(marks_after(""), Value(1));
}

TEST_F(ReloadInPlace, AScriptAsksForItInAComment) {
  start();
  load_with("# hookline: reload=in_place");
  EXPECT_EQ(marks_after("# hookline: reload=in_place"), Value(2));
  EXPECT_EQ(marks_after("# hookline: reload=fresh"), Value(1));
  EXPECT_EQ(marks_after("# hookline: reload=in_place"), Value(1)) << "the old code did not ask";
  EXPECT_EQ(marks_after("# hookline: reload=in_place"), Value(2));
}

TEST_F(ReloadInPlace, WhatTheHostSaysOfTheScriptWins) {
  start({.python = {.reload = ReloadMode::kInPlace}});
  load_with("# hookline: reload=in_place", {.reload = ReloadMode::kFresh});
  EXPECT_EQ(marks_after("# hookline: reload=in_place"), Value(1));
}

TEST_F(ReloadInPlace, OtherSettingsNeedAFreshInterpreter) {
  start({.python = {.reload = ReloadMode::kInPlace}});
  std::string_view present;
  load_with(present);
  for (const std::string_view changed :
       {"# hookline: gil=shared", "# hookline: gil=own memory_limit=256",
        "# hookline: gil=own memory_limit=256 value_limit=8",
        "# hookline: gil=own memory_limit=256 value_limit=8 cpu_share=0.5"}) {
    EXPECT_EQ(marks_after(changed), Value(1)) << changed;
    EXPECT_EQ(marks_after(changed), Value(2)) << changed;
  }
  EXPECT_EQ(scripts->scripts()[0].memory_limit_bytes, std::size_t{256} << 20U);
  EXPECT_EQ(scripts->scripts()[0].cpu_share, 0.5);
}

TEST_F(ReloadInPlace, EventsWaitForTheFreshCode) {
  start({.python = {.reload = ReloadMode::kInPlace}});
  load("one", "def OnUserLogin(nick): return 0\n");
  const Gate gate(folder.path() / "gate");
  folder.write("one.py", std::string(kGateSource) + "wait_at('" + gate.path() +
                             "')\ndef OnUserLogin(nick): return 1\n");
  auto reloaded = scripts->reload(*scripts->find("one"));
  auto login = scripts->ask(*scripts->find("one"), verlihub::kOnUserLogin, {"nick"});
  gate.open();
  ASSERT_TRUE(reloaded.get());
  EXPECT_EQ(login.get(), Value(1));
}

TEST_F(ReloadInPlace, AnImportThatHangsIsInterruptedAndTheOldCodeGoesOn) {
  start({.interrupt_after = std::chrono::milliseconds(50),
         .python = {.reload = ReloadMode::kInPlace}});
  load_with("");
  write("", "while True: pass\n");
  const auto reloaded = scripts->reload(*scripts->find("one")).get();
  ASSERT_FALSE(reloaded);
  EXPECT_THAT(reloaded.error().to_string(), HasSubstr("Interrupted"));
  EXPECT_EQ(call("one", "marks"), Value(1));
  EXPECT_EQ(marks_after(""), Value(2));
}

}  // namespace
}  // namespace hookline::test
