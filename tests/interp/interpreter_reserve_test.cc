#include "interp/interpreter_reserve.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "interp/imports.h"
#include "interp/python_process.h"
#include "interp/sub_interpreter.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

class Reserve : public testing::Test {
 protected:
  void SetUp() override {
    auto started = Runtime::start(test_runtime_options());
    ASSERT_TRUE(started) << started.error().to_string();
    runtime_ = *std::move(started);
  }
  void TearDown() override {
    wish = {};
    EXPECT_TRUE(reserve.close());
    EXPECT_EQ(PyInterpreterState_Next(PyInterpreterState_Head()), nullptr) << "one is left";
  }
  // Takes an unused interpreter, for which it may have to wait, and attaches this thread.
  std::unique_ptr<SubInterpreter> take() {
    PyInterpreterState* unused = nullptr;
    while ((unused = reserve.take()) == nullptr) {
      std::this_thread::yield();
    }
    auto used = SubInterpreter::use(lifecycle, unused);
    EXPECT_TRUE(used && (*used)->is_attached());
    EXPECT_TRUE(stand_in_for_imports());
    return *std::move(used);
  }

 private:
  std::shared_ptr<Runtime> runtime_;

 protected:
  std::mutex lifecycle;
  InterpreterReserve reserve{lifecycle};
  InterpreterReserve::Wish wish;
};

TEST_F(Reserve, HasNoneWithoutAWish) { EXPECT_EQ(reserve.take(), nullptr); }

TEST_F(Reserve, HasSomeAsSoonAsThereIsAWish) {
  wish = reserve.wish();
  PyInterpreterState* const unused = reserve.take();
  ASSERT_NE(unused, nullptr);
  EXPECT_EQ(PyInterpreterState_ThreadHead(unused), nullptr);
  const auto used = SubInterpreter::use(lifecycle, unused);
  ASSERT_TRUE(used);
  EXPECT_EQ(evaluate("result = sum(range(10))"), Value(45));
}

TEST_F(Reserve, MakesAnotherForEachThatIsTaken) {
  wish = reserve.wish();
  std::int64_t last = 0;
  for (int i = 0; i < 10; ++i) {
    const auto used = take();
    EXPECT_NE(std::exchange(last, used->number()), used->number());
    EXPECT_EQ(evaluate("import threading\nresult = threading.active_count()"), Value(1));
  }
}

// TearDown() finds those that are not ended.
TEST_F(Reserve, EndsThemWithTheLastWish) {
  wish = reserve.wish();
  {
    const auto another = reserve.wish();
  }
  const auto used = take();
  wish = {};
  wish = reserve.wish();
  EXPECT_EQ(evaluate("result = 1"), Value(1));
}

TEST_F(Reserve, EndsWhileOneIsBeingMade) {
  for (int i = 0; i < 20; ++i) {
    InterpreterReserve other(lifecycle);
    const auto another = other.wish();
    ASSERT_TRUE(SubInterpreter::use(lifecycle, other.take()));
    ASSERT_TRUE(other.close());
  }
}

// The thread that keeps the GIL is attached to the main interpreter, and does not return to it.
TEST_F(Reserve, ItsInterpretersImportModulesInCWhileTheMainGilIsKept) {
  wish = reserve.wish();
  std::promise<void> kept;
  std::promise<void> used;
  std::thread keeper([&] {
    const MainInterpreterLock lock;
    kept.set_value();
    used.get_future().wait();
  });
  kept.get_future().wait();
  for (int i = 0; i < 2; ++i) {
    const auto interpreter = take();
    EXPECT_EQ(evaluate("import asyncio, datetime, decimal, json, sqlite3, ssl\n"
                       "result = json.dumps([str(decimal.Decimal(1))])"),
              Value("[\"1\"]"));
  }
  used.set_value();
  keeper.join();
}

}  // namespace
}  // namespace hookline
