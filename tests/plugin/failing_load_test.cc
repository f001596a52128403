// Lets operator new fail at each place while scripts are loaded, reloaded and unloaded: then each
// future ends, the name can be loaded again, and the scripts beside go on.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "dispatch/wait/timer_service.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "plugin/script/limited_promise.h"
#include "tests/plugin/failing_scripts.h"
#include "tests/support/held_pipe.h"

namespace hookline::test {
namespace {

using FailingLoad = FailingScripts;

// An import and the end of old code make hundreds of allocations, and each load takes its time.
constexpr int kLoadStep = 7;

TEST_F(FailingLoad, ALoadThatIsRefused) {
  const auto path = write("def f(): return 1\n");
  int loaded = 0;
  int refused = 0;
  fail_each_allocation([&](int k) {
    FailingNew::arm(k);
    Future<ScriptId> loading = scripts->load(path);
    FailingNew::disarm();
    const auto result = loading.get();
    expect_no_memory(result);
    ++(result ? loaded : refused);
    expect_free_name();
    expect_health();
    write("def f(): return 1\n");
  });
  EXPECT_GT(refused, 20);
  EXPECT_GT(loaded, 0);
}

TEST_F(FailingLoad, AnImportThatEndsWithoutMemory) {
  int refused = 0;
  fail_each_allocation(
      [&](int k) {
        allowed = k;
        const auto result = scripts->load(write("import vh\ndef f(): return 1\nvh.arm()\n")).get();
        expect_no_memory(result);
        refused += result ? 0 : 1;
        expect_free_name();
        expect_health();
      },
      kLoadStep);
  EXPECT_GT(refused, 5);
}

TEST_F(FailingLoad, AnUnloadThatIsRefused) {
  int refused = 0;
  fail_each_allocation([&](int k) {
    const ScriptId id = load("a", "def f(): return 1\n");
    FailingNew::arm(k);
    Future<void> unloading = scripts->unload(id);
    FailingNew::disarm();
    const auto result = unloading.get();
    expect_no_memory(result);
    if (!result) {
      ++refused;
      EXPECT_EQ(call("a", "f"), Value(1)) << "it goes on";
    }
    expect_free_name();
    expect_health();
  });
  EXPECT_GT(refused, 5);
}

TEST_F(FailingLoad, AScriptThatEndsWithoutMemory) {
  fail_each_allocation([&](int k) {
    allowed = k;
    const ScriptId id = load("a", "import vh\ndef UnLoad(): vh.arm()\n");
    EXPECT_TRUE(scripts->unload(id).get());
    expect_free_name();
    expect_health();
  });
}

constexpr std::string_view kFirst = "def version(): return 1\n";
constexpr std::string_view kSecond = "def version(): return 2\n";

TEST_F(FailingLoad, AReloadThatIsRefused) {
  int refused = 0;
  for (const std::string gil : {"", "# hookline: gil=main\n"}) {
    fail_each_allocation([&](int k) {
      const ScriptId id = load("a", gil + std::string(kFirst));
      write(gil + std::string(kSecond));
      FailingNew::arm(k);
      Future<void> reloading = scripts->reload(id);
      FailingNew::disarm();
      const auto result = reloading.get();
      expect_no_memory(result);
      refused += result ? 0 : 1;
      EXPECT_EQ(call("a", "version"), Value(result ? 2 : 1));
      expect_free_name();
      expect_health();
    });
  }
  EXPECT_GT(refused, 20);
}

// The fresh code arms its worker when it is there.
TEST_F(FailingLoad, FreshCodeThatComesWithoutMemory) {
  fail_each_allocation(
      [&](int k) {
        allowed = k;
        const ScriptId id = load("a", kFirst);
        write("import vh\nvh.arm()\n" + std::string(kSecond) + "def OnUserLogin(nick): return 0\n");
        const auto result = scripts->reload(id).get();
        FailingNew::disarm();
        expect_no_memory(result);
        EXPECT_EQ(call("a", "version"), Value(result ? 2 : 1));
        expect_free_name();
        expect_health();
      },
      kLoadStep);
}

// The old code arms its worker when it goes.
TEST_F(FailingLoad, OldCodeThatGoesWithoutMemory) {
  for (const std::string gil : {"", "# hookline: gil=main\n"}) {
    fail_each_allocation(
        [&](int k) {
          allowed = k;
          const ScriptId id =
              load("a", gil + "import vh\ndef UnLoad(): vh.arm()\n" + std::string(kFirst));
          write(gil + std::string(kSecond));
          const auto result = scripts->reload(id).get();
          FailingNew::disarm();
          expect_no_memory(result);
          if (gil.empty()) {
            EXPECT_EQ(call("a", "version"), Value(result ? 2 : 1));
          }
          expect_free_name();
          expect_health();
        },
        kLoadStep);
  }
}

// The thread of the host has no memory.
TEST_F(FailingLoad, AShutdownCanBeTriedAgain) {
  fail_each_allocation([&](int k) {
    load("a", kFirst);
    FailingNew::arm(k);
    try {
      (void)scripts->shutdown({.abandon = false});
    } catch (const std::bad_alloc&) {
    }
    FailingNew::disarm();
    while (!scripts->shutdown({.abandon = false}).empty()) {
    }
    EXPECT_EQ(scripts->call("a", "version", {}).get().error().code, ErrorCode::kShuttingDown);
    scripts.reset();
    start_with({});
  });
}

// The thread that destroys the host has no memory for a while.
TEST_F(FailingLoad, ADestructorWaitsForMemory) {
  fail_each_allocation([&](int k) {
    load("a", kFirst);
    std::atomic<bool> destroyed = false;
    std::jthread helper([&] {
      while (!FailingNew::has_failed() && !destroyed) {
        std::this_thread::yield();
      }
      FailingNew::disarm();
    });
    FailingNew::arm(k);
    scripts.reset();
    destroyed = true;
    helper.join();
    start_with({});
    expect_free_name();
    expect_health();
  });
}

TEST_F(FailingLoad, ALimitWithoutMemoryKeepsNothing) {
  TimerService timers(clock);
  auto promise = std::make_shared<LimitedPromise<int>>(timers);
  const std::weak_ptr<LimitedPromise<int>> watched = promise;
  std::function<void()> expired = [promise] { (void)promise; };
  FailingNew::begin(true);
  FailingNew::arm(0);
  const bool is_started = promise->start(clock.now() + seconds(1), std::move(expired));
  FailingNew::disarm();
  EXPECT_FALSE(is_started);
  promise.reset();
  EXPECT_TRUE(watched.expired());
}

class FailingLimit : public FailingLoad {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "a sanitizer replaces operator new";
    }
    start_with({.load_limit = seconds(30), .interrupt_after = kForever});
  }
  // Lets the limit pass while the thread of the timers has no memory.
  void pass_limit(int k) {
    clock.arm(k);
    clock.clock.advance(seconds(30));
  }
  std::string hanging(std::string_view then) const {
    return "open('" + (folder.path() / "pipe").string() + "').read()\n" + std::string(then);
  }
};

TEST_F(FailingLimit, OfALoadEndsIt) {
  fail_each_allocation([&](int k) {
    std::filesystem::remove(folder.path() / "pipe");
    HeldPipe pipe(folder.path() / "pipe");
    auto loading = scripts->load(write(hanging("")));
    pipe.wait_for_reader();
    pass_limit(k);
    EXPECT_EQ(loading.get().error().code, ErrorCode::kDeadlineExceeded);
    clock.disarm();
    pipe.close();
    expect_free_name();
    expect_health();
  });
}

TEST_F(FailingLimit, OfAReloadEndsIt) {
  fail_each_allocation([&](int k) {
    std::filesystem::remove(folder.path() / "pipe");
    HeldPipe pipe(folder.path() / "pipe");
    const ScriptId id = load("a", kFirst);
    write(hanging(kSecond));
    auto reloading = scripts->reload(id);
    pipe.wait_for_reader();
    pass_limit(k);
    EXPECT_EQ(reloading.get().error().code, ErrorCode::kDeadlineExceeded);
    clock.disarm();
    EXPECT_EQ(call("a", "version"), Value(1));
    pipe.close();
    expect_free_name();
    expect_health();
  });
}

}  // namespace
}  // namespace hookline::test
