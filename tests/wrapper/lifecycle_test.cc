#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "tests/wrapper/stuck_script.h"
#include "tests/wrapper/wrapper_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kCounter = R"py(
count = 0
def add(n):
    global count
    count += n
    return count
def OnUserLogin(nick): return False
)py";

class Lifecycle : public WrapperTest {};

TEST_F(Lifecycle, NothingWorksBeforeTheBeginning) {
  EXPECT_EQ(w.reserve_id(), -1);
  EXPECT_EQ(load_path("x.py", 0), -1);
  EXPECT_EQ(w.unload(0), 0);
  EXPECT_EQ(w.has_hook(0, W_OnUserLogin), 0);
  EXPECT_EQ(hook(0, W_OnUserLogin, "s", "ann"), "NULL");
  EXPECT_EQ(call(0, "f"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("w_Begin"));
  EXPECT_EQ(w.end(), 0);
  EXPECT_EQ(w.begin(nullptr), 0);
}

TEST_F(Lifecycle, BeginsOnce) {
  begin();
  EXPECT_EQ(w.begin(hub.table.data()), 0);
  EXPECT_THAT(w.last_error(), HasSubstr("w_End"));
  end();
  EXPECT_EQ(w.end(), 0);
}

TEST_F(Lifecycle, TheTableIsCopied) {
  hub.offer<W_mc>();
  begin();
  hub.table.fill(nullptr);
  const int id = load("script", "import vh\ndef f(): return vh.mc('x')\n");
  EXPECT_EQ(call(id, "f"), "l: 1");
}

TEST_F(Lifecycle, EndsWithScriptsLoadedAndBeginsAgain) {
  for (int round = 0; round < 3; ++round) {
    begin();
    for (int i = 0; i < 3; ++i) {
      const int id = load("script" + std::to_string(i), kCounter);
      EXPECT_EQ(id, i) << "ids begin anew";
      EXPECT_EQ(call(id, "add", "l", 5L), "l: 5") << "and so do the scripts";
    }
    end();
    EXPECT_EQ(call(0, "add", "l", 5L), "NULL");
  }
}

TEST_F(Lifecycle, IdsAreTheSmallestFreeOnes) {
  begin();
  EXPECT_EQ(w.reserve_id(), 0);
  EXPECT_EQ(w.reserve_id(), 1);
  EXPECT_EQ(w.reserve_id(), 2);
  EXPECT_EQ(w.unload(1), 1) << "gives it back";
  EXPECT_EQ(w.reserve_id(), 1);
  EXPECT_EQ(w.reserve_id(), 3);
  EXPECT_EQ(w.unload(7), 0);
}

TEST_F(Lifecycle, ABrokenScriptLeavesEverythingSound) {
  begin();
  const int good = load("good", kCounter);
  folder.write("syntax.py", "def f(:\n");
  folder.write("raises.py", "import vh\nraise KeyError('at the start')\n");
  folder.write("exits.py", "import sys\nsys.exit(3)\n");
  for (const char* name : {"syntax", "raises", "exits", "missing"}) {
    const int id = w.reserve_id();
    EXPECT_EQ(id, good + 1) << "the id of the one before is free again";
    EXPECT_EQ(load_path(script_path(name), id), -1) << name;
    EXPECT_STRNE(w.last_error(), "") << name;
    EXPECT_EQ(call(good, "add", "l", 1L).substr(0, 2), "l:") << name;
  }
  EXPECT_EQ(w.load(nullptr), -1);
  const Packed wrong(w.pack("ls", 1L, "x"));
  EXPECT_EQ(w.load(wrong.get()), -1);
  EXPECT_THAT(w.last_error(), HasSubstr("lssssls"));
  EXPECT_EQ(load_path(script_path("good"), good), -1) << "the id is in use";
  EXPECT_EQ(load_path(script_path("good"), -1), -1);
  EXPECT_EQ(call(good, "add", "l", 1L), "l: 5") << "the script that is there is still there";
}

TEST_F(Lifecycle, SettingsThatCannotBeReadLeaveWhatIsLoadedUnderTheId) {
  begin();
  const int good = load("good", kCounter);
  std::filesystem::create_directory(folder.path() / "other");
  folder.write("other/hookline.toml", "this is no [toml");
  const std::string path = script_path("good");
  const std::string config_dir = (folder.path() / "other").string();
  const auto load_with = [&](int id) {
    const Packed params(w.pack("lssssls", static_cast<long>(id), path.c_str(), "Bot", "Op",
                               config_dir.c_str(), 0L, "config"));
    return w.load(params.get());
  };
  EXPECT_EQ(load_with(good), -1);
  EXPECT_THAT(w.last_error(), HasSubstr("hookline.toml"));
  EXPECT_EQ(call(good, "add", "l", 1L), "l: 1") << "the script that is there is still there";
  const int reserved = w.reserve_id();
  EXPECT_EQ(load_with(reserved), -1);
  EXPECT_EQ(w.reserve_id(), reserved) << "is free again";
  EXPECT_EQ(w.unload(good), 1);
}

TEST_F(Lifecycle, AnIdThatIsNoIntIsRefused) {
  begin();
  const std::string path = folder.write("good.py", kCounter).string();
  const Packed params(w.pack("lssssls", 1L << 32, path.c_str(), "Bot", "Op", ".", 0L, "config"));
  EXPECT_EQ(w.load(params.get()), -1);
  EXPECT_THAT(w.last_error(), HasSubstr("4294967296"));
}

TEST_F(Lifecycle, TheLongestDeadlineIsForEver) {
  begin();
  const int id = load("counter", kCounter);
  w.set_deadline(std::numeric_limits<long>::max());
  EXPECT_EQ(call(id, "add", "l", 1L), "l: 1") << w.last_error();
  EXPECT_EQ(hook(id, W_OnUserLogin, "s", "ann"), "l: 0") << "a block";
  w.set_deadline(0);
}

TEST_F(Lifecycle, UnloadRunsUnLoad) {
  hub.offer<W_mc>();
  begin();
  const int id = load("script", "import vh\ndef UnLoad(): vh.mc('bye')\ndef f(): return 1\n");
  EXPECT_EQ(w.unload(id), 1);
  EXPECT_THAT(hub.calls, ::testing::ElementsAre("mc(0): s|s: 'bye', NULL"));
  EXPECT_EQ(w.unload(id), 0);
  EXPECT_EQ(call(id, "f"), "NULL");
  EXPECT_EQ(load("script", kCounter), id) << "the name and the id are free";
}

TEST_F(Lifecycle, ScriptsComeAndGoWhileOthersRun) {
  begin();
  const int counter = load("counter", kCounter);
  std::atomic<bool> stop = false;
  std::atomic<long> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        while (!stop) {
          good += call(counter, "add", "l", 1L).starts_with("l: ") ? 1 : 0;
          (void)call(counter + 1, "add", "l", 1L);  // the script may be loaded or not
        }
      });
    }
    for (int round = 0; round < 10; ++round) {
      const int id = load("other", kCounter);
      EXPECT_EQ(hook(id, W_OnUserLogin, "s", "ann"), "l: 0");
      EXPECT_EQ(w.unload(id), 1);
    }
    stop = true;
  }
  EXPECT_GT(good, 0);
  EXPECT_EQ(call(counter, "add", "l", 0L), "l: " + std::to_string(good));
}

TEST_F(Lifecycle, EndsWhileOthersCall) {
  for (int round = 0; round < 3; ++round) {
    begin();
    const int id = load("counter", kCounter);
    std::atomic<int> running = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        ++running;
        while (call(id, "add", "l", 1L).starts_with("l: ")) {
        }
        EXPECT_STRNE(w.last_error(), "");
      });
    }
    while (running < 4) {
      std::this_thread::yield();
    }
    end();
  }
}

TEST_F(Lifecycle, OnlyTheHostThreadEnds) {
  begin();
  std::jthread([this] {
    EXPECT_EQ(w.end(), 0);
    EXPECT_THAT(w.last_error(), HasSubstr("the thread that called w_Begin"));
  }).join();
  EXPECT_STREQ(w.last_error(), "") << "errors are each thread's own";
}

// Restores the log level.
class LogLevelTest : public Lifecycle {
 protected:
  ~LogLevelTest() override { w.log_level(2); }
  // Returns what is logged at this level while a script is loaded, fails in two ways and is
  // unloaded.
  std::string logged(int level) {
    w.log_level(level);
    ::testing::internal::CaptureStderr();
    begin();
    const int id = load("script",
                        "def OnUserLogin(nick): return nick\n"
                        "def OnNewConn(ip): raise ValueError(ip)\n");
    (void)hook(id, W_OnUserLogin, "s", "ann");
    (void)hook(id, W_OnNewConn, "s", "10.0.0.1");
    EXPECT_EQ(w.unload(id), 1);
    end();
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogLevelTest, SaysWhatIsWritten) {
  using ::testing::AllOf;
  using ::testing::Not;
  const auto error = HasSubstr("ValueError: 10.0.0.1");
  const auto warning = HasSubstr("has no meaning");
  const auto coming = HasSubstr("loaded script 0");
  EXPECT_THAT(logged(0), AllOf(error, Not(warning), Not(coming)));
  EXPECT_THAT(logged(-5), AllOf(error, Not(warning), Not(coming)));
  EXPECT_THAT(logged(1), AllOf(error, warning, Not(coming)));
  EXPECT_THAT(logged(2), AllOf(error, warning, coming));
  EXPECT_THAT(logged(3), AllOf(error, warning, coming));
  EXPECT_THAT(logged(100), AllOf(error, warning, coming));
}

TEST_F(Lifecycle, AnAsynchronousCallEndsOnTheHostThread) {
  begin();
  const int id = load("counter", kCounter);
  Finished finished;
  const Packed params(w.pack("l", 3L));
  std::jthread([&] {
    EXPECT_EQ(w.call_function_async(id, "add", params.get(), &Finished::note, &finished), 1);
  }).join();
  ASSERT_EQ(w.call_function_async(id, "nothing", nullptr, &Finished::note, &finished), 1);
  while (finished.results.size() < 2) {
    (void)w.has_hook(id, W_OnUserLogin);  // any call of the host serves it
  }
  EXPECT_THAT(finished.results,
              ::testing::UnorderedElementsAre("0 l: 3", StartsWith("0 NULL function_not_found")));
  EXPECT_EQ(finished.thread, std::this_thread::get_id());
  EXPECT_EQ(w.call_function_async(id, nullptr, nullptr, &Finished::note, &finished), 0);
  EXPECT_EQ(w.call_function_async(id, "add", nullptr, nullptr, nullptr), 0);
  EXPECT_EQ(w.call_function_async(7, "add", nullptr, &Finished::note, &finished), 0);
}

TEST_F(Lifecycle, ADeadlineEndsAnAsynchronousCallToo) {
  const Gate gate((folder.path() / "gate").string());
  begin();
  const int id = load("stuck", stuck_at(gate));
  EXPECT_EQ(hook(id, W_OnTimer, "d", 1000.0), "NULL");
  Finished finished;
  w.set_deadline(1);
  ASSERT_EQ(w.call_function_async(id, "f", nullptr, &Finished::note, &finished), 1);
  w.set_deadline(0);
  while (finished.results.empty()) {
    (void)w.has_hook(id, W_OnUserLogin);
  }
  EXPECT_THAT(finished.results, ElementsAre(StartsWith("0 NULL deadline_exceeded")));
  gate.open();
}

TEST_F(Lifecycle, TheEndCompletesAsynchronousCalls) {
  begin();
  const int id = load("counter", kCounter);
  Finished finished;
  const Packed params(w.pack("l", 1L));
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(w.call_function_async(id, "add", params.get(), &Finished::note, &finished), 1);
  }
  end();
  EXPECT_EQ(finished.results.size(), 100U);
  EXPECT_EQ(finished.thread, std::this_thread::get_id());
}

}  // namespace
}  // namespace hookline::test
