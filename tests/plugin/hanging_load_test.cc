// Tests scripts whose import does not return: they end nobody's patience but their own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HangingLoad : public ScriptHostTest {
 protected:
  ~HangingLoad() override { scripts.reset(); }  // while its clock is there

  // Begins to load a script whose import returns when the gate opens, and waits until it is there.
  Future<ScriptId> load_hanging(std::string_view name, std::string_view then = "") {
    const auto path =
        folder.write(std::string(name) + ".py", std::string(kGateSource) + "open('" +
                                                    entered.path() + "', 'w').close()\nwait_at('" +
                                                    gate.path() + "')\n" + std::string(then));
    auto loading = scripts->load(path);
    (void)std::ifstream(entered.path()).peek();
    return loading;
  }

  ManualClock clock;
  Gate gate{folder.path() / "gate"};
  Gate entered{folder.path() / "entered"};
};

TEST_F(HangingLoad, IsListedSinceWhen) {
  start({.clock = &clock});
  const TimePoint since = clock.now();
  auto loading = load_hanging("slow", "def f(): return 1\n");
  clock.advance(std::chrono::seconds(12));
  EXPECT_THAT(scripts->unfinished(),
              ElementsAre(AllOf(Field(&UnfinishedScript::name, "slow"),
                                Field(&UnfinishedScript::path, folder.path() / "slow.py"),
                                Field(&UnfinishedScript::is_loading, true),
                                Field(&UnfinishedScript::since, since))));
  EXPECT_THAT(scripts->scripts(), IsEmpty());
  gate.open();
  ASSERT_TRUE(loading.get());
  EXPECT_THAT(scripts->unfinished(), IsEmpty());
  EXPECT_EQ(call("slow", "f"), Value(1));
}

TEST_F(HangingLoad, CanBeUnloadedAndItsNameIsFree) {
  start();
  auto loading = load_hanging("slow");
  const ScriptId slow = scripts->unfinished().at(0).id;
  EXPECT_TRUE(scripts->unload(slow).get());
  const auto loaded = loading.get();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kScriptUnloaded);
  EXPECT_FALSE(scripts->unload(slow).get()) << "it is unloaded already";

  load("slow", "def f(): return 'fresh'\n");
  EXPECT_EQ(call("slow", "f"), Value("fresh"));
  // The old import still runs, and is told apart from the new script.
  EXPECT_THAT(scripts->unfinished(),
              ElementsAre(AllOf(Field(&UnfinishedScript::id, slow),
                                Field(&UnfinishedScript::is_loading, false))));
  gate.open();
  while (!scripts->unfinished().empty()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(call("slow", "f"), Value("fresh"));
}

TEST_F(HangingLoad, HoldsNoOtherScriptUp) {
  start();
  load("old", "def f(): return 'old'\n");
  auto loading = load_hanging("slow");
  const ScriptId fresh = load("fresh", "def f(): return 'fresh'\n");
  folder.write("old.py", "def f(): return 'new'\n");
  EXPECT_TRUE(scripts->reload(*scripts->find("old")).get());
  EXPECT_EQ(call("old", "f"), Value("new"));
  EXPECT_TRUE(scripts->unload(fresh).get());
  EXPECT_FALSE(loading.ready());
  gate.open();
  EXPECT_TRUE(loading.get());
}

TEST_F(HangingLoad, HasALimit) {
  const LogCapture log;
  start({.load_limit = std::chrono::seconds(30), .clock = &clock});
  load("quick", "");
  auto loading = load_hanging("slow");
  clock.advance(std::chrono::seconds(29));
  EXPECT_FALSE(loading.ready());
  clock.advance(std::chrono::seconds(1));
  const auto loaded = loading.get();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(loaded.error().message, HasSubstr("load_limit"));
  EXPECT_EQ(log.count("slow: its import is not waited for any more"), 1U);
  EXPECT_TRUE(scripts->find("quick")) << "the limit of a script that is loaded does not count";
  gate.open();
  while (!scripts->unfinished().empty()) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(scripts->find("slow"));
}

// The import asks the host something after it was given up.
TEST_F(HangingLoad, IsRefusedByTheHostOnceItIsGivenUp) {
  start();
  const Gate said(folder.path() / "said");
  auto loading = load_hanging("slow",
                              "import vh\ntry: answer = str(vh.mc('late'))\n"
                              "except RuntimeError as error: answer = str(error)\n"
                              "open('" +
                                  said.path() + "', 'w').write(answer)\n");
  EXPECT_TRUE(scripts->unload(scripts->unfinished().at(0).id).get());
  gate.open();
  std::ifstream stream(said.path());
  const std::string answer(std::istreambuf_iterator<char>(stream), {});
  EXPECT_THAT(answer, HasSubstr("unloaded"));
  EXPECT_THAT(host.requests(), IsEmpty());
}

TEST_F(HangingLoad, AnImportThatFailsAfterItWasGivenUpIsForgotten) {
  start();
  auto loading = load_hanging("slow", "x = 1 / 0\n");
  EXPECT_TRUE(scripts->unload(scripts->unfinished().at(0).id).get());
  gate.open();
  while (!scripts->unfinished().empty()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(loading.get().error().code, ErrorCode::kScriptUnloaded);
}

TEST_F(HangingLoad, AShutdownThatWaitsEndsIt) {
  start();
  auto loading = load_hanging("slow");
  std::jthread opener([this] { gate.open(); });
  EXPECT_THAT(scripts->shutdown(), IsEmpty());
}

// unload() and the end of the import meet at all possible moments.
TEST_F(HangingLoad, UnloadAndTheEndOfTheImportMayMeet) {
  start();
  const auto path = folder.write("quick.py", "");
  for (int i = 0; i < 50; ++i) {
    auto loading = scripts->load(path);
    while (i % 2 == 0 && !loading.ready() && scripts->unfinished().empty()) {
      std::this_thread::yield();
    }
    const auto unfinished = scripts->unfinished();
    const auto id = !unfinished.empty() && unfinished.back().is_loading
                        ? std::optional(unfinished.back().id)
                        : scripts->find("quick");
    ASSERT_TRUE(id);
    EXPECT_TRUE(scripts->unload(*id).get());
    const auto loaded = loading.get();
    EXPECT_TRUE(loaded || loaded.error().code == ErrorCode::kScriptUnloaded);
  }
}

TEST_F(HangingLoad, AnUnloadTakesPlaceAlsoIfItsFutureIsCancelled) {
  start();
  const ScriptId id = load("a", "def f(): return 1\n");
  Future<void> unloading = scripts->unload(id);
  (void)unloading.cancel();
  while (!scripts->unfinished().empty()) {
    std::this_thread::yield();
  }
  load("a", "def f(): return 2\n");
  EXPECT_EQ(call("a", "f"), Value(2));
}

}  // namespace
}  // namespace hookline::test
