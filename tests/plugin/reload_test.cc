// Tests that a script's file is run anew while calls and events are on their way to it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "hookline/convert.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hookline/typed_call.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;

// Runs each test with both modes, because they keep the same promises.
class Reload : public ScriptHostTest, public ::testing::WithParamInterface<ReloadMode> {
 protected:
  void SetUp() override { start({.python = {.reload = GetParam()}}); }

  [[nodiscard]] Result<void> reload(std::string_view name, std::string_view source) {
    folder.write(std::string(name) + ".py", source);
    return scripts->reload(*scripts->find(name)).get();
  }

  // Returns what scripts have said by vh.mc().
  [[nodiscard]] std::vector<std::string> said() const {
    std::vector<std::string> texts;
    for (const auto& request : host.requests()) {
      texts.push_back(*request.args[0].as<std::string>());
    }
    return texts;
  }
};

TEST_P(Reload, TheNewCodeTakesThePlaceOfTheOld) {
  const ScriptId one =
      load("one", "def f(): return 'old'\ndef OnParsedMsgChat(n, m): return 'old'\n");
  load("two", "def OnParsedMsgChat(n, m): return 'two'\n");
  EXPECT_EQ(call("one", "f"), Value("old"));
  const auto calls = scripts->scripts()[0].mailbox.started;
  ASSERT_TRUE(reload("one", "def f(): return 'new'\ndef OnParsedMsgChat(n, m): return 'new'\n"));
  EXPECT_EQ(call("one", "f"), Value("new"));
  const auto infos = scripts->scripts();
  EXPECT_EQ(infos[0].id, one);
  EXPECT_EQ(infos[0].name, "one");
  EXPECT_EQ(infos[0].mailbox.started, calls + 1);
  // The last in load order wins, and that is still the other one.
  const auto replaced =
      verlihub::replacement(scripts->decide_wait(verlihub::kOnParsedMsgChat, {"nick", "text"}));
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->parts[1], "two");
}

TEST_P(Reload, AFailureLeavesTheOldOneAsItWas) {
  folder.write("helper.py", "name = 'helper'\n");
  load("one",
       "import helper\ncount = 0\n"
       "def f():\n  global count\n  count += 1\n  return (helper.name, count)\n"
       "def OnUserLogin(nick): return 0\n");
  EXPECT_EQ(call("one", "f"), Value(Tuple{{"helper", 1}}));
  folder.write("helper.py", "name = 'changed'\n");
  const auto failed = reload("one", "import helper\nx = 1 / 0\n");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().python_type, "ZeroDivisionError");
  EXPECT_THAT(failed.error().traceback, HasSubstr("one.py\", line 2"));
  EXPECT_EQ(call("one", "f"), Value(Tuple{{"helper", 2}}));
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);

  const auto syntax = reload("one", "def f(:\n");
  ASSERT_FALSE(syntax);
  EXPECT_EQ(syntax.error().python_type, "SyntaxError");
  std::filesystem::remove(folder.path() / "one.py");
  const auto missing = scripts->reload(*scripts->find("one")).get();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kScriptNotFound);
  EXPECT_EQ(call("one", "f"), Value(Tuple{{"helper", 3}}));

  ASSERT_TRUE(reload("one", "import helper\ndef f(): return helper.name\n"));
  EXPECT_EQ(call("one", "f"), Value("changed"));
}

TEST_P(Reload, UnLoadOfTheOldOneRunsAfterTheNewOneHasLoaded) {
  load("one", "import vh\ndef UnLoad(): vh.mc('old goes')\n");
  ASSERT_FALSE(reload("one", "raise ValueError()\n"));
  EXPECT_TRUE(said().empty());
  ASSERT_TRUE(reload("one", "import vh\nvh.mc('new comes')\ndef UnLoad(): vh.mc('new goes')\n"));
  EXPECT_EQ(said(), (std::vector<std::string>{"new comes", "old goes"}));
  ASSERT_TRUE(scripts->unload(*scripts->find("one")).get());
  EXPECT_EQ(said().back(), "new goes");
}

TEST_P(Reload, HooksComeAndGo) {
  load("one", "def OnUserLogin(nick): return 0\ndef OnTimer(): return 0\n");
  ASSERT_TRUE(
      reload("one", "def OnTimer(msec): return msec == 5\ndef OnUserLogout(nick): return 0\n"));
  EXPECT_FALSE(scripts->hooked(verlihub::kOnUserLogin));
  EXPECT_TRUE(scripts->hooked(verlihub::kOnUserLogout));
  EXPECT_EQ(scripts->scripts()[0].hooks,
            (std::vector<Hook>{verlihub::kOnUserLogout, verlihub::kOnTimer}));
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogout, {"nick"}).allowed);
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnTimer, {5.0}).allowed);
  EXPECT_EQ(scripts->scripts()[0].errors, 0U);
}

TEST_P(Reload, AnEventThatWaitsForAHookThatHasGoneGoesOn) {
  // A script in the main interpreter is loaded again on its worker, so that events wait meanwhile.
  const auto path =
      folder.write("one.py", "def OnUserLogin(nick): return 0\ndef OnTimer(): return 0\n");
  ASSERT_TRUE(scripts->load(path, {.python = {.gil = Gil::kMain}}).get());
  const Gate gate(folder.path() / "gate");
  folder.write("one.py", std::string(kGateSource) + "wait_at('" + gate.path() +
                             "')\ndef OnTimer(msec): return msec == 5\n");
  auto reloaded = scripts->reload(*scripts->find("one"));
  // The worker runs the new code, so these wait in the mailbox.
  auto login = scripts->ask(*scripts->find("one"), verlihub::kOnUserLogin, {"nick"});
  auto timer = scripts->ask(*scripts->find("one"), verlihub::kOnTimer, {5.0});
  scripts->post(verlihub::kOnUserLogin, {"nick"});
  gate.open();
  ASSERT_TRUE(reloaded.get());
  const auto answer = login.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kFunctionNotFound);
  EXPECT_EQ(timer.get(), Value(true));
  EXPECT_EQ(scripts->scripts()[0].missed, 0U);
  EXPECT_EQ(scripts->scripts()[0].errors, 0U);
}

TEST_P(Reload, WaitsForACallThatWaitsForTheHub) {
  load("one", "import vh\ndef f():\n  vh.mc('in the call')\n  return 'old'\n");
  auto running = scripts->call("one", "f", {});
  while (scripts->scripts()[0].mailbox.started == 0) {  // a reload in place may come before it
    std::this_thread::yield();
  }
  folder.write("one.py", "def f(): return 'new'\n");
  auto reloaded = scripts->reload(*scripts->find("one"));
  // Only a host thread that waits serves the call.
  ASSERT_TRUE(reloaded.get());
  EXPECT_EQ(running.get(), Value("old"));
  EXPECT_EQ(said(), std::vector<std::string>{"in the call"});
  EXPECT_EQ(call("one", "f"), Value("new"));
}

TEST_P(Reload, StreamsAndHandlesOfTheOldOneEnd) {
  constexpr std::string_view kSource =
      "def count():\n  yield from range(1000)\n"
      "def make(): return object()\n"
      "def use(x): return 1\n";
  load("one", kSource);
  auto old_stream = scripts->stream("one", "count", {}, {.ahead = 1});
  ASSERT_EQ(old_stream.next().get(), Value(0));
  const auto handle = scripts->call<Handle>("one", "make").get();
  ASSERT_TRUE(handle);
  ASSERT_TRUE(reload("one", kSource));
  auto new_stream = scripts->stream("one", "count", {});
  EXPECT_EQ(new_stream.next().get(), Value(0));
  Result<std::optional<Value>> item = old_stream.next().get();
  while (item && *item) {  // skips the items that were on their way
    item = old_stream.next().get();
  }
  ASSERT_FALSE(item);
  EXPECT_EQ(item.error().code, ErrorCode::kScriptUnloaded);
  EXPECT_EQ(new_stream.next().get(), Value(1));
  EXPECT_FALSE(scripts->call("one", "use", {*handle}).get());
}

struct Thing {
  explicit Thing(std::atomic<int>& count) : alive(count) { ++alive; }
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;
  ~Thing() { --alive; }
  void use() {}
  std::atomic<int>& alive;
};

TEST_P(Reload, ResourcesOfTheOldOneAreReleasedAndThoseOfTheNewOneStay) {
  std::atomic<int> alive = 0;
  ASSERT_TRUE(scripts->def_resource<Thing>(
      "thing", [&alive] { return std::make_unique<Thing>(alive); }, method("use", &Thing::use)));
  const std::string source = "import vh\ndef ask(): vh.mc('')\nthings = [vh.thing(), vh.thing()]\n";
  load("one", source);
  EXPECT_EQ(alive, 2);
  ASSERT_FALSE(reload("one", source + "raise ValueError()\n"));
  EXPECT_EQ(call("one", "ask"), Value());  // this thread runs the release before it runs vh.mc()
  EXPECT_EQ(alive, 2);
  ASSERT_TRUE(reload("one", source + "things.append(vh.thing())\n"));
  EXPECT_EQ(alive, 3);
  ASSERT_TRUE(scripts->unload(*scripts->find("one")).get());
  EXPECT_EQ(alive, 0);
}

TEST_P(Reload, AScriptThatIsNotThereIsAnError) {
  const ScriptId id = load("one", "");
  ASSERT_TRUE(scripts->unload(id).get());
  const auto gone = scripts->reload(id).get();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kScriptNotFound);
  EXPECT_FALSE(scripts->reload(ScriptId{77}).get());
}

// Each generation says, when it is unloaded, which numbers of each producer it has seen.
constexpr std::string_view kCounting = R"(
import vh

seen = {}  # producer: [first, last, count]
disorder = 0

def add(producer, number):
    global disorder
    entry = seen.setdefault(producer, [number, number - 1, 0])
    disorder += number != entry[1] + 1
    entry[1] = number
    entry[2] += 1
    return number

def OnUserLogin(nick):
    producer, number = nick.split()
    add(int(producer), int(number))

def UnLoad():
    for producer, (first, last, count) in seen.items():
        vh.mc(f"{producer} {first} {last} {count} {disorder}")
)";

constexpr int kProducers = 4;

// Sends numbered calls and events in turn, and counts wrong results.
void produce(ScriptHost& scripts, ScriptId id, int producer, int count, std::atomic<int>& wrong) {
  constexpr int kWindow = 256;
  std::vector<std::pair<int, Future<Value>>> window;
  for (int i = 0; i < count; ++i) {
    if (i % 2 == 0) {
      window.emplace_back(i, scripts.call(id, "add", {producer, i}));
    } else {
      scripts.post(verlihub::kOnUserLogin, {std::to_string(producer) + " " + std::to_string(i)});
    }
    if (i % kWindow == kWindow - 1 || i == count - 1) {
      for (auto& [number, future] : window) {
        wrong += future.get() == Value(number) ? 0 : 1;
      }
      window.clear();
    }
  }
}

TEST_P(Reload, EveryCallRunsOnceAndInOrderUnderLoad) {
  const ScriptId id = load("one", kCounting);
  const int count = static_cast<int>(scaled(8'000));
  std::atomic<int> wrong = 0;
  std::atomic<int> producing = kProducers;
  int reloads = 0;
  {
    std::vector<std::jthread> producers;
    for (int i = 0; i < kProducers; ++i) {
      producers.emplace_back([&, i] {
        produce(*scripts, id, i, count, wrong);
        --producing;
      });
    }
    do {
      const bool fails = reloads % 3 == 2;
      const auto reloaded = reload("one", fails ? "raise ValueError()\n" : kCounting);
      EXPECT_EQ(reloaded.has_value(), !fails);
      ++reloads;
    } while (producing != 0);
  }
  ASSERT_TRUE(scripts->unload(id).get());
  EXPECT_EQ(wrong, 0);
  std::array<int, kProducers> next{};
  for (const std::string& line : said()) {
    std::istringstream text(line);
    int producer = 0;
    int first = 0;
    int last = 0;
    int seen = 0;
    int disorder = 0;
    text >> producer >> first >> last >> seen >> disorder;
    EXPECT_EQ(first, next.at(static_cast<std::size_t>(producer))) << line;
    EXPECT_EQ(seen, last - first + 1) << line;
    EXPECT_EQ(disorder, 0) << line;
    next.at(static_cast<std::size_t>(producer)) = last + 1;
  }
  EXPECT_EQ(next, (std::array<int, kProducers>{count, count, count, count}));
}

TEST_P(Reload, ConcurrentReloadsAndAnUnloadAllEnd) {
  const ScriptId id = load("one", "def f(): return 1\n");
  std::vector<Future<void>> reloads;
  for (int i = 0; i < 3; ++i) {
    reloads.push_back(scripts->reload(id));
  }
  auto unloaded = scripts->unload(id);
  reloads.push_back(scripts->reload(id));
  EXPECT_TRUE(unloaded.get());
  for (int i = 0; i < 3; ++i) {
    // The fresh code may come after the script has been unloaded.
    const auto reloaded = reloads[static_cast<std::size_t>(i)].get();
    EXPECT_TRUE(reloaded || reloaded.error().code == ErrorCode::kScriptUnloaded);
  }
  EXPECT_FALSE(reloads[3].get());
  EXPECT_TRUE(scripts->scripts().empty());
}

INSTANTIATE_TEST_SUITE_P(Modes, Reload, ::testing::Values(ReloadMode::kFresh, ReloadMode::kInPlace),
                         [](const auto& mode) {
                           return mode.param == ReloadMode::kFresh ? "Fresh" : "InPlace";
                         });

}  // namespace
}  // namespace hookline::test
