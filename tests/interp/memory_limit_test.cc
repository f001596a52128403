// Tests what happens to a script that has a memory limit, and to the others.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "interp/memory_book.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

constexpr std::string_view kLimitedSource = R"(
import threading
kept = []

def text(mib):
    kept.append('x' * (mib << 20))

def table(items):
    kept.append([None] * items)

def objects(count):
    kept.append([object() for _ in range(count)])

def grow(size):
    data = bytearray()
    while len(data) < size:
        data += b'x' * 10_000

def many_threads(count):
    threads = [threading.Thread(target=text, args=(1,)) for _ in range(count)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

def forever():
    while True:
        kept.append([None] * 1000)

def recurse(depth=0):
    kept.append('x' * 100_000)
    return recurse(depth + 1)

def forget():
    kept.clear()

def ok():
    return 'ok'
)";

class MemoryLimit : public InterpTest {
 protected:
  void SetUp() override {
    if (std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
      GTEST_SKIP() << "Python's allocator is not used";
    }
    restart_interpreter({.memory_limit = 64 * kMebibyte});
    load(kLimitedSource);
  }

  void expect_memory_error(std::string_view function, std::vector<Value> args = {}) {
    const auto result = try_call(function, std::move(args));
    ASSERT_FALSE(result) << function;
    EXPECT_EQ(result.error().code, ErrorCode::kScriptRaised);
    EXPECT_EQ(result.error().python_type, "MemoryError");
    EXPECT_THAT(result.error().traceback, testing::HasSubstr("MemoryError"));
  }
  [[nodiscard]] std::size_t used() { return memory().used; }
  [[nodiscard]] InterpreterMemory memory() {
    return interpreter_memory(interpreter().number()).value_or(InterpreterMemory{});
  }
};

TEST_F(MemoryLimit, CountsLargeBlocks) {
  const std::size_t before = used();
  call("text", {10});
  EXPECT_GE(used(), before + 10 * kMebibyte);
  call("table", {1'000'000});
  EXPECT_GE(used(), before + 17 * kMebibyte);
  EXPECT_LT(used(), before + 20 * kMebibyte);
  call("forget");
  EXPECT_LT(used(), before + 2 * kMebibyte);
  EXPECT_GE(memory().peak, before + 17 * kMebibyte);
  EXPECT_EQ(memory().limit, 64 * kMebibyte);
}

TEST_F(MemoryLimit, CountsSmallObjects) {
  const std::size_t before = used();
  call("objects", {1'000'000});
  EXPECT_GE(used(), before + 16 * kMebibyte);
}

TEST_F(MemoryLimit, WhatExceedsItIsAMemoryError) {
  expect_memory_error("text", {70});
  expect_memory_error("table", {10'000'000});
  expect_memory_error("objects", {10'000'000});
  expect_memory_error("grow", {100'000'000});
  EXPECT_EQ(call("ok"), Value("ok"));
  EXPECT_LE(memory().peak, 65 * kMebibyte);
}

TEST_F(MemoryLimit, AScriptThatIsFullHasMemoryToEnd) {
  load(std::string(kLimitedSource) + "import atexit\ndef leave():\n    text(8)\n    open('" +
       (folder().path() / "left").string() + "', 'w').write('done')\natexit.register(leave)\n");
  expect_memory_error("forever");
  end_interpreter();
  EXPECT_EQ(folder().read("left"), "done");
}

// The script keeps all that it gets, and is called again and again.
TEST_F(MemoryLimit, AScriptThatIsFullGoesOnAndCanFreeItsMemory) {
  for (int i = 0; i < 3; ++i) {
    expect_memory_error("forever");
    EXPECT_EQ(call("ok"), Value("ok"));
  }
  EXPECT_LE(used(), 65 * kMebibyte);
  call("forget");
  call("text", {30});
}

TEST_F(MemoryLimit, MemoryThatRunsOutDeepInACallIsAMemoryError) { expect_memory_error("recurse"); }

TEST_F(MemoryLimit, ThreadsOfTheScriptCountToo) {
  const std::size_t before = used();
  call("many_threads", {20});
  EXPECT_GE(used(), before + 20 * kMebibyte);
}

TEST_F(MemoryLimit, AFullInterpreterEndsAndAnotherOneStarts) {
  for (int i = 0; i < 3; ++i) {
    expect_memory_error("forever");
    restart_interpreter({.memory_limit = 64 * kMebibyte});
    load(kLimitedSource);
    EXPECT_LT(used(), 20 * kMebibyte);
  }
}

TEST_F(MemoryLimit, OtherInterpretersAreNotConcerned) {
  expect_memory_error("forever");
  interpreter().detach();
  {
    auto other = Interpreter::create(runtime());
    ASSERT_TRUE(other);
    const Interpreter::Attached attached(**other);
    const auto result = evaluate("result = len('x' * (100 << 20))");
    EXPECT_EQ(result, Value(100 << 20));
  }
  interpreter().attach();
}

TEST_F(MemoryLimit, AScriptDoesNotLoadIfItsLimitIsTooSmall) {
  restart_interpreter({.memory_limit = 2 * kMebibyte});
  const auto loaded = interpreter().load_script(folder().write(
      "large.py", "import decimal, asyncio, sqlite3, ssl\ndata = [0] * 1_000_000\n"));
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().python_type, "MemoryError");
}

TEST_F(MemoryLimit, HoldsInTheMainInterpreterToo) {
  restart_interpreter({.gil = Gil::kMain, .memory_limit = 64 * kMebibyte});
  load(kLimitedSource, "main_script.py");
  expect_memory_error("text", {70});
  expect_memory_error("forever");
  EXPECT_EQ(call("ok"), Value("ok"));
  restart_interpreter({.gil = Gil::kMain});
  load(kLimitedSource, "main_script.py");
  call("text", {70});
  call("forget");
}

TEST_F(MemoryLimit, HoldsWithASharedGilToo) {
  restart_interpreter({.gil = Gil::kShared, .memory_limit = 64 * kMebibyte});
  load(kLimitedSource, "shared_script.py");
  expect_memory_error("text", {70});
  expect_memory_error("forever");
  EXPECT_EQ(call("ok"), Value("ok"));
}

TEST_F(MemoryLimit, AllScriptsTogetherHaveALimit) {
  restart_interpreter();
  load(kLimitedSource);
  const MemoryTotalLimit limit(memory_total().used() + 100 * kMebibyte);
  call("text", {60});
  expect_memory_error("text", {60});
  expect_memory_error("forever");
  EXPECT_EQ(call("ok"), Value("ok"));
  restart_interpreter();
  load(kLimitedSource);
  call("text", {60});
}

// CPython would leak what it has made of an interpreter by the time that memory is out.
TEST_F(MemoryLimit, NothingIsTakenForAnInterpreterThatDoesNotFit) {
  const std::size_t used = memory_total().used();
  const MemoryTotalLimit limit(used + 8 * kMebibyte);
  interpreter().detach();
  for (const Gil gil : {Gil::kOwn, Gil::kShared}) {
    const auto created = Interpreter::create(runtime(), {.gil = gil});
    EXPECT_EQ(created.error().code, ErrorCode::kQueueFull);
    EXPECT_THAT(created.error().message, testing::HasSubstr("the scripts have left 8"));
    EXPECT_EQ(memory_total().used(), used);
  }
  interpreter().attach();
}

TEST_F(MemoryLimit, TheLeastTotalThatLivesCounts) {
  EXPECT_EQ(memory_total().limit(), kUnlimited);
  std::optional<MemoryTotalLimit> first;
  std::optional<MemoryTotalLimit> second;
  std::optional<MemoryTotalLimit> third;
  first.emplace(300 * kMebibyte);
  EXPECT_EQ(memory_total().limit(), 300 * kMebibyte);
  second.emplace(200 * kMebibyte);
  EXPECT_EQ(memory_total().limit(), 200 * kMebibyte);
  third.emplace(400 * kMebibyte);
  EXPECT_EQ(memory_total().limit(), 200 * kMebibyte);
  second.reset();
  EXPECT_EQ(memory_total().limit(), 300 * kMebibyte);
  first.reset();
  EXPECT_EQ(memory_total().limit(), 400 * kMebibyte);
  third.reset();
  EXPECT_EQ(memory_total().limit(), kUnlimited);
}

}  // namespace
}  // namespace hookline
