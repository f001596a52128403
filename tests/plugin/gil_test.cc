// Tests scripts that share the main GIL, and the extension modules that need it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/held_pipe.h"
#include "tests/support/scale.h"

namespace hookline::test {

using namespace detail;

namespace {

using ::testing::HasSubstr;

const std::string kImport = "import sys\nsys.path.insert(0, '" HOOKLINE_EXTENSION_FOLDER
                            "')\n"
                            "import single_phase\n"
                            "def answer(): return single_phase.answer()\n";
const std::string kShared = "# hookline: gil=shared\n";

class GilTest : public ScriptHostTest {};

TEST_F(GilTest, AModuleThatRefusesSaysWhichSettingToUse) {
  start();
  const auto loaded = scripts->load(folder.write("one.py", kImport)).get();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().python_type, "ImportError");
  EXPECT_THAT(loaded.error().message, HasSubstr("# hookline: gil=shared"));
  EXPECT_THAT(loaded.error().traceback, HasSubstr("import single_phase"));
  EXPECT_THAT(loaded.error().traceback, HasSubstr("# hookline: gil=shared"));
}

TEST_F(GilTest, AModuleThatIsImportedLaterSaysItToo) {
  start();
  load("one", "import sys\nsys.path.insert(0, '" HOOKLINE_EXTENSION_FOLDER
              "')\n"
              "def f(): import single_phase\n");
  const auto result = scripts->call("one", "f", {}).get();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("gil=shared"));
}

// In the main interpreter only hookline waits for threads, and afterwards `vh` is gone.
TEST_F(GilTest, ThreadsInTheMainInterpreterEndBeforeTheirScript) {
  start();
  for (const std::string start_thread :
       {"threading.Thread(target=run).start()", "_thread.start_new_thread(run, ())"}) {
    const std::size_t before = host.requests().size();
    load("one",
         "# hookline: gil=main\nimport _thread, threading, vh\n"
         "ending = threading.Event()\n"
         "def run(wait=ending.wait, mc=vh.mc):\n"
         "    wait()\n"
         "    mc('bye')\n" +
             start_thread + "\ndef UnLoad(): ending.set()\n");
    ASSERT_TRUE(scripts->unload(*scripts->find("one")).get());
    ASSERT_EQ(host.requests().size(), before + 1) << start_thread;
    EXPECT_EQ(host.requests()[before].args[0], Value("bye"));
  }
}

TEST_F(GilTest, ASharedGilLetsTheModuleIn) {
  start();
  load("one", kShared + kImport);
  load("two", kShared + kImport);
  load("own", "def answer(): return 1\n");
  EXPECT_EQ(call("one", "answer"), Value(42));
  EXPECT_EQ(call("two", "answer"), Value(42));
  EXPECT_EQ(call("own", "answer"), Value(1));
  ASSERT_TRUE(scripts->unload(*scripts->find("one")).get());
  EXPECT_EQ(call("two", "answer"), Value(42));
}

// CPython needs the main GIL to create an interpreter, but not to run or end one; and a few are
// kept unused.
TEST_F(GilTest, CodeInCThatKeepsTheSharedGilHoldsUpNoOtherScript) {
  start();
  HeldPipe pipe(folder.path() / "pipe");
  load("shared", kShared + kImport + "def hold(path): single_phase.hold(path)\n");
  const ScriptId old = load("old", "def f(): return 1\ndef UnLoad(): pass\n");
  const ScriptId own = load("own", "def f(): return 2\n");
  auto held = scripts->call("shared", "hold", {(folder.path() / "pipe").string()});
  pipe.wait_for_reader();
  // The standard library's modules in C are imported by it, too.
  load("x", "import asyncio, ssl, sqlite3, decimal, zoneinfo\ndef f(): return 3\n");
  folder.write("own.py", "import socket\ndef f(): return 4\n");
  auto reloaded = scripts->reload(own);
  EXPECT_TRUE(reloaded.wait_for(kPatience) && reloaded.get());
  auto unloaded = scripts->unload(old);
  EXPECT_TRUE(unloaded.wait_for(kPatience));
  EXPECT_EQ(call("x", "f"), Value(3));
  EXPECT_EQ(call("own", "f"), Value(4));
  EXPECT_FALSE(held.ready());
  pipe.close();
  EXPECT_TRUE(held.get());
}

// The unused interpreters come to an end, too. Then a load waits, but holds up nothing else.
TEST_F(GilTest, ALoadThatWaitsForTheSharedGilHoldsUpNoScriptThatIsThere) {
  start();
  HeldPipe pipe(folder.path() / "pipe");
  load("shared", kShared + kImport + "def hold(path): single_phase.hold(path)\n");
  const ScriptId old = load("old", "def f(): return 1\ndef UnLoad(): pass\n");
  load("own", "def f(): return 2\n");
  auto held = scripts->call("shared", "hold", {(folder.path() / "pipe").string()});
  pipe.wait_for_reader();
  std::vector<Future<ScriptId>> loading;
  for (int i = 0; i < 8; ++i) {
    loading.push_back(
        scripts->load(folder.write("x" + std::to_string(i) + ".py", "def f(): return 3\n")));
  }
  auto unloaded = scripts->unload(old);
  EXPECT_TRUE(unloaded.wait_for(kPatience)) << "a load that waits for the GIL holds it up";
  EXPECT_EQ(call("own", "f"), Value(2));
  EXPECT_FALSE(std::ranges::all_of(loading, [](const auto& each) { return each.ready(); }));
  EXPECT_FALSE(held.ready());
  pipe.close();
  EXPECT_TRUE(held.get());
  for (Future<ScriptId>& each : loading) {
    EXPECT_TRUE(each.get());
  }
  EXPECT_EQ(call("x7", "f"), Value(3));
}

TEST_F(GilTest, WhatTheHostSaysOfTheScriptWins) {
  start({.python = {.gil = Gil::kShared, .venv = {}}});
  load("general", kImport);
  EXPECT_FALSE(scripts->load(folder.write("header.py", "# hookline: gil=own\n" + kImport)).get());
  EXPECT_FALSE(scripts
                   ->load(folder.write("named.py", kShared + kImport),
                          {.python = {.gil = Gil::kOwn, .venv = {}}})
                   .get());
}

TEST_F(GilTest, AReloadMayChangeTheGil) {
  start();
  const ScriptId id = load("one", "def answer(): return 1\n");
  folder.write("one.py", kImport);
  EXPECT_FALSE(scripts->reload(id).get());
  EXPECT_EQ(call("one", "answer"), Value(1));
  folder.write("one.py", kShared + kImport);
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_EQ(call("one", "answer"), Value(42));
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_EQ(call("one", "answer"), Value(42));
}

TEST_F(GilTest, OneScriptCanHaveTheMainInterpreter) {
  start();
  const std::string main = "# hookline: gil=main\n";
  load("one", main + kImport +
                  "import vh, _interpreters\n"
                  "def where(): return _interpreters.get_current()[0]\n"
                  "def OnUserLogin(nick): return 0\n"
                  "def UnLoad(): vh.mc('bye of ' + vh.name)\n");
  EXPECT_EQ(call("one", "answer"), Value(42));
  EXPECT_EQ(call("one", "where"), Value(0));
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
  const auto other = scripts->load(folder.write("two.py", main)).get();
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("only one can"));
  ASSERT_TRUE(scripts->unload(*scripts->find("one")).get());
  ASSERT_EQ(host.requests().size(), 1U);
  EXPECT_EQ(host.requests()[0].args[0], Value("bye of one"));
  load("two", main + "import vh\ndef name(): return vh.name\n");
  EXPECT_EQ(call("two", "name"), Value("two"));
}

TEST_F(GilTest, InTheMainInterpreterAScriptIsReloadedInPlace) {
  start();
  const std::string main = "# hookline: gil=main\nimport vh\n";
  const ScriptId id = load("one", main +
                                      "def f(): return 'old'\ndef OnTimer(): return 0\n"
                                      "def UnLoad(): vh.mc('bye')\n");
  folder.write("one.py", main + "raise ValueError()\n");
  ASSERT_FALSE(scripts->reload(id).get());
  EXPECT_EQ(call("one", "f"), Value("old"));
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnTimer, {1.0}).allowed);
  EXPECT_TRUE(host.requests().empty());
  folder.write("one.py", main + "def f(): return vh.name\ndef OnUserLogin(nick): return 0\n");
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_EQ(host.requests().size(), 1U);
  EXPECT_EQ(call("one", "f"), Value("one"));
  EXPECT_FALSE(scripts->hooked(verlihub::kOnTimer));
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
  folder.write("one.py", "import vh\ndef f(): return 'own'\n");
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_EQ(call("one", "f"), Value("own"));
  load("two", main);
}

TEST_F(GilTest, OnlyAnInterpreterWithAGilOfItsOwnHasMemoryOfItsOwn) {
  start();
  if (std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
    GTEST_SKIP() << "Python's allocator is not used";
  }
  load("own", "data = [object() for _ in range(600_000)]\n");
  load("small", "");
  load("shared", kShared);
  const auto infos = scripts->scripts();
  ASSERT_TRUE(infos[0].memory_bytes && infos[1].memory_bytes);
  EXPECT_GT(*infos[1].memory_bytes, 0U);
  // An object() takes 16 bytes of an arena; some find room that loading has left.
  EXPECT_GT(*infos[0].memory_bytes, *infos[1].memory_bytes + 300'000 * 16);
  EXPECT_FALSE(infos[2].memory_bytes);
}

// The scripts take turns with the GIL while others come and go, and no call waits for ever.
TEST_F(GilTest, SharedScriptsAreCalledWhileOthersComeAndGo) {
  start();
  constexpr int kScripts = 3;
  for (int i = 0; i < kScripts; ++i) {
    load("s" + std::to_string(i),
         kShared + "count = 0\ndef add():\n  global count\n  count += 1\n  return count\n");
  }
  const auto calls = static_cast<int>(scaled(3'000));
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kScripts; ++i) {
      callers.emplace_back([&, i] {
        for (int call = 1; call <= calls; ++call) {
          wrong += scripts->call("s" + std::to_string(i), "add", {}).get() == Value(call) ? 0 : 1;
        }
      });
    }
    for (int i = 0; i < 10; ++i) {
      const ScriptId id = load("guest", (i % 2 == 0 ? kShared : "") + "import json\n");
      ASSERT_TRUE(scripts->reload(id).get());
      ASSERT_TRUE(scripts->unload(id).get());
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace hookline::test
