#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "interp/interpreter.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

class Isolation : public testing::Test {
 protected:
  static constexpr int kThreads = 4;

  void SetUp() override {
    auto started = Runtime::start(test_runtime_options());
    ASSERT_TRUE(started) << started.error().to_string();
    runtime_ = std::move(*started);
  }

  // Runs `work` on several threads at once, each of which is attached to its own interpreter.
  void in_threads(const std::function<void(int, Interpreter&)>& work) {
    std::vector<std::thread> threads;
    std::barrier all_created(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        auto interpreter = Interpreter::create(runtime_);
        all_created.arrive_and_wait();
        ASSERT_TRUE(interpreter) << interpreter.error().to_string();
        const Interpreter::Attached attached(**interpreter);
        work(i, **interpreter);
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  // Returns the global `result` of the code, which must not raise.
  static Value result_of(std::string_view source) {
    const Result<Value> result = evaluate(source);
    EXPECT_TRUE(result) << result.error().to_string() << '\n' << result.error().traceback;
    return result ? *result : Value();
  }

  std::shared_ptr<Runtime> runtime_;
  ScriptFolder folder_;
};

TEST_F(Isolation, LetsEverybodyImportAtOnce) {
  constexpr std::string_view kSource = R"(
import asyncio, bz2, collections, csv, ctypes, datetime, decimal, email, hashlib, heapq, http.client
import json, logging, lzma, multiprocessing, pickle, queue, random, re, secrets, select, socket
import sqlite3, ssl, statistics, struct, subprocess, tempfile, threading, time, unicodedata
import urllib.request, uuid, xml.etree.ElementTree, zlib, zoneinfo

async def main():
    await asyncio.sleep(0)
    return 'async'

database = sqlite3.connect(':memory:')
database.execute('create table t (x)')
database.executemany('insert into t values (?)', [(i,) for i in range(100)])
result = [
    asyncio.run(main()),
    str(datetime.datetime(2024, 2, 29) + datetime.timedelta(days=1)),
    str(decimal.Decimal('0.1') + decimal.Decimal('0.2')),
    json.dumps({'a': [1.5, None]}),
    database.execute('select sum(x) from t').fetchone()[0],
    hashlib.sha256(b'x').hexdigest()[:8],
    len(pickle.dumps(uuid.UUID(int=5))) > 0,
    re.sub('a+', 'b', 'aaa'),
]
)";
  const Value expected = List{
      "async", "2024-03-01 00:00:00", "0.3", R"({"a": [1.5, null]})", 4950, "2d711642", true, "b"};
  for (int round = 0; round < 2; ++round) {
    in_threads([&](int, Interpreter& /*interpreter*/) { EXPECT_EQ(result_of(kSource), expected); });
  }
}

TEST_F(Isolation, KeepsModulesApart) {
  const auto script = folder_.write("counter.py", R"(
import sys, json
count = 0
def bump(times):
    global count
    for _ in range(times):
        count += 1
    json.shared = getattr(json, 'shared', 0) + 1
    return count, json.shared
)");
  in_threads([&](int index, Interpreter& interpreter) {
    ASSERT_TRUE(interpreter.load_script(script));
    const std::vector<Value> args{1000 * (index + 1)};
    EXPECT_EQ(interpreter.invoke("bump", args), Result<Value>(Tuple{{1000 * (index + 1), 1}}));
  });
}

TEST_F(Isolation, MakesEachWorkerTheMainThreadOfItsScript) {
  in_threads([](int, Interpreter& /*interpreter*/) {
    EXPECT_EQ(result_of(R"(
import threading
thread = threading.Thread(target=lambda: None)
result = [threading.current_thread() is threading.main_thread(), thread.daemon,
          threading.current_thread().name, threading.active_count()]
)"),
              Value(List{true, false, "MainThread", 1}));
  });
}

// Python's own functions would make objects of one interpreter out of what runs in all of them.
TEST_F(Isolation, ShowsAScriptItsOwnThreadsOnly) {
  in_threads([](int, Interpreter& /*interpreter*/) {
    EXPECT_EQ(result_of(R"(
import sys, threading
release, started = threading.Event(), threading.Event()
def wait():
    started.set()
    release.wait()
thread = threading.Thread(target=wait)
thread.start()
started.wait()
for _ in range(1000):
    frames = sys._current_frames()
release.set()
thread.join()
try:
    sys._current_exceptions()
except RuntimeError as error:
    refused = str(error)
result = [sorted(frames) == sorted([threading.get_ident(), thread.ident]), refused]
)"),
              Value(List{true, "this would touch the threads of other scripts"}));
  });
}

TEST_F(Isolation, RunsInParallelUnderLocksOfTheirOwn) {
  // Each thread holds a GIL until all of them do. Only if there is one GIL for all, the limit is
  // reached.
  constexpr auto kPatience = std::chrono::seconds(60);
  std::atomic<int> attached = 0;
  std::promise<void> promise;
  const std::shared_future<void> all_attached = promise.get_future().share();
  in_threads([&](int index, Interpreter& /*interpreter*/) {
    if (++attached == kThreads) {
      promise.set_value();
    }
    EXPECT_EQ(std::shared_future(all_attached).wait_for(kPatience), std::future_status::ready);
    EXPECT_EQ(result_of("result = " + std::to_string(index)), Value(index));
  });
}

TEST_F(Isolation, SurvivesComingAndGoing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 4; ++round) {
        auto interpreter = Interpreter::create(runtime_);
        ASSERT_TRUE(interpreter);
        const Interpreter::Attached attached(**interpreter);
        EXPECT_EQ(result_of("import datetime, decimal\nresult = 1"), Value(1));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(Isolation, LetsOneEndWhileOthersAreCreated) {
  // The end of an interpreter waits for a thread of its script, which waits for another interpreter
  // to be created: neither may hold up the other.
  std::atomic<bool> created = false;
  std::barrier thread_is_waiting(2);
  const std::string flag = folder_.path() / "flag";
  std::thread ending([&] {
    auto interpreter = Interpreter::create(runtime_);
    ASSERT_TRUE(interpreter);
    (*interpreter)->attach();
    const std::vector<Value> args{flag};
    const auto started = evaluate(R"(
import os, threading
os.mkfifo(args[0])
threading.Thread(target=lambda: open(args[0]).read()).start()
result = 1
)",
                                  args);
    EXPECT_TRUE(started);
    thread_is_waiting.arrive_and_wait();
    interpreter->reset();
    EXPECT_TRUE(created);
  });
  thread_is_waiting.arrive_and_wait();
  auto other = Interpreter::create(runtime_);
  ASSERT_TRUE(other);
  created = true;
  {
    const Interpreter::Attached attached(**other);
    const std::vector<Value> args{flag};
    EXPECT_TRUE(evaluate("open(args[0], 'w').close()\nresult = 1", args));
  }
  ending.join();
}

}  // namespace
}  // namespace hookline
