// Tests streams between C++ and the scripts of a host, in both directions.

#include "hookline/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "dispatch/exec/libuv_loop.h"
#include "dispatch/exec/loop_executor.h"
#include "hookline/convert.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/script_info.h"
#include "hookline/typed_call.h"
#include "tests/plugin/stream_reader.h"
#include "tests/support/manual_clock.h"
#include "tests/support/uv_test_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

using testing::HasSubstr;
using Item = std::optional<Value>;

// `made` counts what the script has produced, and `log` says what became of its generators.
constexpr std::string_view kStreamScript = R"(
made = 0
log = []

def count(first, last=None):
    global made
    try:
        while last is None or first < last:
            made += 1
            yield first
            first += 1
    finally:
        log.append("closed")

def broken(n):
    yield from range(n)
    raise LookupError("after all")

def stubborn():
    try:
        yield 1
        yield 2
    finally:
        raise OSError("cannot close")

async def asynchronous():
    yield 1

def blocks(count, size):
    global made
    for i in range(count):
        made += 1
        yield bytes([i]) * size

def get(): return made
def get_log(): return log
def ping(): return "pong"
def double(items):
    for item in items:
        yield item * 2
)";

class StreamTest : public StreamReader {
 protected:
  void start_script(ScriptHostOptions options = {}) {
    start(std::move(options));
    id = load("s", kStreamScript);
  }
  std::string note() const {
    std::ifstream stream(folder.path() / "note");
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  ScriptId id{};
};

TEST_F(StreamTest, GivesTheItemsOfAGenerator) {
  start_script();
  ValueStream stream = scripts->stream(id, "count", {3, 60});
  List expected;
  for (int i = 3; i < 60; ++i) {
    expected.emplace_back(i);
  }
  EXPECT_EQ(read(stream, 100), expected);
  EXPECT_EQ(stream.next().get(), Result<Item>(std::nullopt));
  EXPECT_EQ(call("s", "get_log"), Value(List{"closed"}));
}

TEST_F(StreamTest, IsOpenedInOrderWithOtherCalls) {
  start_script();
  load("t",
       "n = 0\ndef add():\n  global n\n  n += 1\n  return n\ndef first_numbers(): return "
       "iter([n])\n");
  auto before = scripts->call("t", "add", {});
  ValueStream stream = scripts->stream("t", "first_numbers", {});
  auto after = scripts->call("t", "add", {});
  EXPECT_EQ(read(stream, 2), List{1});
  EXPECT_EQ(after.get(), Result<Value>(2));
}

TEST_F(StreamTest, ReadsNoFurtherAheadThanItMay) {
  start_script();
  for (const std::int64_t ahead : {0, 1, 4, 16}) {
    const std::int64_t made_before = *call("s", "get").as<std::int64_t>();
    ValueStream stream =
        scripts->stream(id, "count", {0}, {.ahead = static_cast<std::size_t>(ahead)});
    for (std::int64_t given = 1; given <= 40; ++given) {
      EXPECT_EQ(read(stream, 1), List{given - 1});
      // If a trip is under way, this call comes after it.
      EXPECT_LE(*call("s", "get").as<std::int64_t>() - made_before, given + ahead);
    }
    EXPECT_TRUE(stream.close().get());
  }
}

TEST_F(StreamTest, LargeItemsAreMadeAheadUpToALimitOfBytes) {
  constexpr std::size_t kSize = std::size_t{1} << 20U;
  constexpr std::int64_t kCount = 30;
  // The limit comes from the options of the stream, or from the script's value_limit.
  for (const bool by_stream : {true, false}) {
    start_script({.python = {.value_limit = by_stream ? 64 * kSize : 4 * kSize}});
    ValueStream stream = scripts->stream(
        id, "blocks", {kCount, static_cast<std::int64_t>(kSize)},
        {.ahead = 1000, .ahead_bytes = by_stream ? std::optional(4 * kSize) : std::nullopt});
    for (std::int64_t given = 1; given <= kCount; ++given) {
      const Result<Item> item = stream.next().get();
      ASSERT_TRUE(item && *item);
      const auto* block = (*item)->as<Bytes>();
      ASSERT_NE(block, nullptr);
      EXPECT_EQ(block->data.size(), kSize);
      EXPECT_EQ(static_cast<std::int64_t>(block->data.front()), given - 1) << "in order";
      // Trips that are under way come before these calls.
      for (int i = 0; i < 8; ++i) {
        EXPECT_LE(*call("s", "get").as<std::int64_t>(), given + 4);
      }
      EXPECT_GE(*call("s", "get").as<std::int64_t>(), std::min(given + 2, kCount));
    }
    EXPECT_EQ(stream.next().get(), Result<Item>(std::nullopt));
    scripts.reset();
  }
}

TEST_F(StreamTest, AnItemThatIsLargerThanTheLimitOfBytesPassesAlone) {
  start_script();
  ValueStream stream =
      scripts->stream(id, "blocks", {10, 5'000'000}, {.ahead = 100, .ahead_bytes = 1'000'000});
  for (std::int64_t given = 1; given <= 10; ++given) {
    EXPECT_EQ(read(stream, 1).size(), 1U);
    EXPECT_LE(*call("s", "get").as<std::int64_t>(), given + 1);
  }
  EXPECT_EQ(stream.next().get(), Result<Item>(std::nullopt));
}

TEST_F(StreamTest, AnEndlessStreamStarvesNobody) {
  start_script();
  ValueStream one = scripts->stream(id, "count", {0});
  ValueStream two = scripts->stream(id, "count", {1'000});
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(read(one, 1), List{i});
    EXPECT_EQ(call("s", "ping"), Value("pong"));
    EXPECT_EQ(read(two, 2), (List{1'000 + 2 * i, 1'001 + 2 * i}));
  }
}

TEST_F(StreamTest, ClosingAndDroppingRunFinally) {
  start_script();
  ValueStream stream = scripts->stream(id, "count", {0});
  EXPECT_EQ(read(stream, 3), (List{0, 1, 2}));
  EXPECT_TRUE(stream.close().get());
  EXPECT_EQ(call("s", "get_log"), Value(List{"closed"}));
  EXPECT_EQ(error_of(stream).code, ErrorCode::kCancelled);
  {
    ValueStream dropped = scripts->stream(id, "count", {0});
    EXPECT_EQ(read(dropped, 1), List{0});
  }
  EXPECT_EQ(call("s", "get_log"), Value(List{"closed", "closed"}));
}

TEST_F(StreamTest, DroppedWithoutBeingReadItMakesNothing) {
  start_script();
  (void)scripts->stream(id, "count", {0});
  EXPECT_EQ(call("s", "get"), Value(0));
}

TEST_F(StreamTest, WhatCloseRaisesIsReported) {
  start_script();
  ValueStream stream = scripts->stream(id, "stubborn", {}, {.ahead = 0});
  EXPECT_EQ(read(stream, 1), List{1});
  auto closed = stream.close().get();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().python_type, "OSError");
  EXPECT_EQ(scripts->scripts().at(0).errors, 1U);
}

TEST_F(StreamTest, AnExceptionComesAfterTheItemsBeforeIt) {
  start_script();
  ValueStream stream = scripts->stream(id, "broken", {20});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(read(stream, 1), List{i});
  }
  const Error error = error_of(stream);
  EXPECT_EQ(error.code, ErrorCode::kScriptRaised);
  EXPECT_EQ(error.python_type, "LookupError");
  EXPECT_THAT(error.traceback, HasSubstr("in broken"));
  EXPECT_EQ(error_of(stream), error);
  EXPECT_EQ(scripts->scripts().at(0).errors, 1U);
}

TEST_F(StreamTest, SaysWhatCannotBeStreamed) {
  start_script();
  ValueStream asynchronous = scripts->stream(id, "asynchronous", {});
  const Error error = error_of(asynchronous);
  EXPECT_EQ(error.code, ErrorCode::kUnsupportedType);
  EXPECT_THAT(error.message, HasSubstr("what is asynchronous cannot be streamed"));
  ValueStream ping = scripts->stream(id, "get", {});
  EXPECT_EQ(error_of(ping).code, ErrorCode::kUnsupportedType);
  ValueStream absent = scripts->stream(id, "absent", {});
  EXPECT_EQ(error_of(absent).code, ErrorCode::kFunctionNotFound);
  ValueStream nobody = scripts->stream("nobody", "f", {});
  EXPECT_EQ(error_of(nobody).message, "no script named 'nobody' is loaded");
  ValueStream gone = scripts->stream(ScriptId{77}, "f", {});
  EXPECT_EQ(error_of(gone).code, ErrorCode::kScriptNotFound);
  ValueStream wrong = scripts->stream(id, "count", {});
  EXPECT_EQ(error_of(wrong).python_type, "TypeError");
}

constexpr std::string_view kNoting = R"(
def notes(path):
    try:
        while True:
            yield 1
    finally:
        with open(path, "a") as file:
            file.write("finally ")

def UnLoad():
    with open(PATH, "a") as file:
        file.write("UnLoad")
)";

TEST_F(StreamTest, UnloadingInTheMiddleEndsIt) {
  start();
  const std::string path = (folder.path() / "note").string();
  const ScriptId noting = load("n", "PATH = '" + path + "'\n" + std::string(kNoting));
  ValueStream stream = scripts->stream(noting, "notes", {path}, {.ahead = 3});
  EXPECT_EQ(read(stream, 2), (List{1, 1}));
  EXPECT_TRUE(scripts->unload(noting).get());
  EXPECT_EQ(note(), "finally UnLoad");
  Result<Item> item;
  int left = 0;
  while ((item = stream.next().get())) {
    ++left;
  }
  EXPECT_LE(left, 3) << "what had been made before";
  EXPECT_EQ(item.error().code, ErrorCode::kScriptUnloaded);
  EXPECT_TRUE(stream.close().get());
}

TEST_F(StreamTest, ShutdownEndsItAndItOutlivesTheHost) {
  start_script();
  ValueStream stream = scripts->stream(id, "count", {0}, {.ahead = 0});
  EXPECT_EQ(read(stream, 1), List{0});
  scripts->shutdown();
  EXPECT_EQ(error_of(stream).code, ErrorCode::kShuttingDown);
  scripts.reset();
  EXPECT_EQ(error_of(stream).code, ErrorCode::kShuttingDown);
  EXPECT_EQ(stream.next(std::chrono::seconds(1)).get().error().code, ErrorCode::kShuttingDown);
}

TEST_F(StreamTest, ADeadlineIsForOneReadOnly) {
  ManualClock clock;
  start({.clock = &clock});
  const Gate gate(folder.path() / "gate");
  load("slow", std::string(kGateSource) + "def f():\n  yield 1\n  wait_at('" + gate.path() +
                   "')\n  yield 2\n");
  ValueStream stream = scripts->stream("slow", "f", {}, {.ahead = 0});
  EXPECT_EQ(read(stream, 1), List{1});
  auto late = stream.next(std::chrono::seconds(1));
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(late.get().error().code, ErrorCode::kDeadlineExceeded);
  gate.open();
  EXPECT_EQ(read(stream, 2), List{2});
  scripts.reset();
}

TEST_F(StreamTest, ServesTheScriptsCallsWhileItWaits) {
  start();
  load("a", "import vh\ndef f():\n  for i in range(3):\n    yield vh.mc(str(i))\n");
  ValueStream stream = scripts->stream("a", "f", {});
  EXPECT_EQ(read(stream, 5), (List{true, true, true}));
  EXPECT_EQ(host.requests().size(), 3U);
}

// The mailbox never takes the close, so that is done at the end of a batch.
TEST_F(StreamTest, IsClosedThoughTheMailboxIsFull) {
  start({.mailbox = {.capacity = 1}});
  const Gate gate(folder.path() / "gate");
  id = load("s", std::string(kStreamScript) + std::string(kGateSource) +
                     "def wait():\n  wait_at('" + gate.path() + "')\n");
  ValueStream stream = scripts->stream(id, "count", {0}, {.ahead = 0});
  EXPECT_EQ(read(stream, 1), List{0});
  auto waiting = scripts->call(id, "wait", {});
  auto filling = scripts->call(id, "ping", {});
  while (filling.ready()) {  // it was refused, because `wait` has not started yet
    filling = scripts->call(id, "ping", {});
  }
  auto closed = stream.close();
  gate.open();
  EXPECT_TRUE(closed.get());
  EXPECT_TRUE(waiting.get());
  (void)filling.get();
  EXPECT_EQ(call("s", "get_log"), Value(List{"closed"}));
}

class StreamOnALoop : public StreamTest {
 protected:
  StreamOnALoop() { executor.emplace(std::make_shared<LibuvLoop>(loop.get())); }
  ~StreamOnALoop() override {
    executor->close();
    loop.run();
    scripts.reset();
  }

  UvTestLoop loop;
  std::optional<LoopExecutor> executor;
};

TEST_F(StreamOnALoop, CallsBackForEachItem) {
  start_script();
  List items;
  std::optional<Result<void>> end;
  scripts->stream(id, "count", {0, 500})
      .for_each(
          *executor, [&](Value item) { items.push_back(std::move(item)); },
          [&](Result<void> how) { end = std::move(how); });
  EXPECT_TRUE(items.empty());
  loop.run_until([&] { return end.has_value(); });
  EXPECT_TRUE(*end);
  ASSERT_EQ(items.size(), 500U);
  EXPECT_EQ(items.back(), Value(499));
}

TEST_F(StreamOnALoop, IsCancelledFromACallback) {
  start_script();
  int seen = 0;
  std::optional<Result<void>> end;
  StreamSubscription subscription;
  subscription = scripts->stream(id, "count", {0})
                     .for_each(
                         *executor,
                         [&](const Value& /*item*/) {
                           if (++seen == 10) {
                             subscription.cancel();
                           }
                         },
                         [&](Result<void> how) { end = std::move(how); });
  loop.run_until([&] { return end.has_value(); });
  EXPECT_EQ(seen, 10);
  EXPECT_EQ(end->error().code, ErrorCode::kCancelled);
  EXPECT_EQ(call("s", "get_log"), Value(List{"closed"}));
}

TEST_F(StreamOnALoop, EndsWithTheScript) {
  start_script();
  std::optional<Result<void>> end;
  int seen = 0;
  scripts->stream(id, "count", {0})
      .for_each(
          *executor, [&](const Value& /*item*/) { ++seen; },
          [&](Result<void> how) { end = std::move(how); });
  loop.run_until([&] { return seen > 100; });
  auto unloaded = scripts->unload(id);
  loop.run_until([&] { return end.has_value(); });
  EXPECT_EQ(end->error().code, ErrorCode::kScriptUnloaded);
  EXPECT_TRUE(unloaded.get());
}

Future<std::int64_t> sum_on(Executor* executor, ValueStream stream) {
  std::int64_t sum = 0;
  while (true) {
    Result<Item> item = co_await stream.next().via(*executor);
    if (!item) {
      co_return std::unexpected(std::move(item.error()));
    }
    if (!*item) {
      co_return sum;
    }
    sum += *(*item)->as<std::int64_t>();
  }
}

TEST_F(StreamOnALoop, IsReadByACoroutineOnIt) {
  start_script();
  auto one = sum_on(&*executor, scripts->stream(id, "count", {0, 101}));
  auto two = sum_on(&*executor, scripts->stream(id, "count", {0, 11}));
  loop.run_until([&] { return one.ready() && two.ready(); });
  EXPECT_EQ(one.get(), 5050);
  EXPECT_EQ(two.get(), 55);
}

using ProducerTest = StreamTest;

Value first_numbers(int last) {
  return produce([n = 0, last]() mutable -> Item { return n == last ? Item() : Item(Value(n++)); });
}

TEST_F(ProducerTest, IsIteratedOverByAFunction) {
  start();
  load("a", "def total(items, extra): return sum(items) + extra\n");
  EXPECT_EQ(call("a", "total", {first_numbers(101), 1}), Value(5051));
}

TEST_F(ProducerTest, FlowsThroughAGenerator) {
  start_script();
  ValueStream stream = scripts->stream(id, "double", {first_numbers(30)});
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(read(stream, 1), List{2 * i});
  }
  EXPECT_EQ(stream.next().get(), Result<Item>(std::nullopt));
}

TEST_F(ProducerTest, RaisesTheExceptionsOfVh) {
  start();
  load("a",
       "def f(items):\n  try:\n    list(items)\n  except TypeError as e:\n    return str(e)\n");
  EXPECT_EQ(call("a", "f", {produce([]() -> Result<Item> {
                   return fail(ErrorCode::kBadArguments, "no such user");
                 })}),
            Value("no such user"));
}

struct UnknownNick : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Thrown>
Value throwing(Thrown thrown) {
  return produce([thrown = std::move(thrown)]() -> Item { throw thrown; });
}

TEST_F(ProducerTest, WhatItThrowsIsWhatAFunctionOfTheHostWouldRaise) {
  start();
  load("a",
       "def f(items):\n  try:\n    list(items)\n  except Exception as e:\n"
       "    return f'{type(e).__name__}: {e}'\n");
  EXPECT_EQ(call("a", "f", {throwing(std::out_of_range("far"))}), Value("IndexError: far"));
  EXPECT_EQ(call("a", "f", {throwing(UnknownNick("ann"))}), Value("RuntimeError: ann"));
  scripts->map_exception<UnknownNick>("LookupError");
  EXPECT_EQ(call("a", "f", {throwing(UnknownNick("ann"))}), Value("LookupError: ann"));
  EXPECT_EQ(call("a", "f", {throwing(std::system_error(ENOENT, std::generic_category(), "x"))}),
            Value("FileNotFoundError: [Errno 2] x: No such file or directory"));
  EXPECT_EQ(call("a", "f", {throwing(std::bad_alloc())}), Value("MemoryError: std::bad_alloc"));
  EXPECT_EQ(call("a", "f", {throwing(5)}),
            Value("RuntimeError: a C++ exception that is no std::exception"));
}

// An Error that came from a script becomes the same exception again in that script.
TEST_F(ProducerTest, AnExceptionOfTheScriptComesBackAsItIs) {
  start();
  load("a",
       "class Oops(Exception): pass\noops = Oops('mine')\ndef fail(): raise oops\n"
       "def f(items):\n  try:\n    list(items)\n  except Oops as e:\n    return e is oops\n");
  const Result<Value> failed = scripts->call("a", "fail", {}).get();
  ASSERT_FALSE(failed);
  EXPECT_EQ(call("a", "f", {produce([failed]() -> Item { return failed.value(); })}), Value(true));
}

TEST_F(ProducerTest, MayBeTheResultOfAVhFunction) {
  start();
  host.answer_with(first_numbers(4));
  load("a", "import vh\ndef f(): return list(vh.mc('x'))\n");
  EXPECT_EQ(call("a", "f"), Value(List{0, 1, 2, 3}));
}

TEST_F(ProducerTest, IsDestroyedWhenTheScriptIsUnloadedOrTheCallIsNotMade) {
  class Witness final : public Producer {
   public:
    explicit Witness(std::atomic<int>& alive) : alive_(alive) { ++alive_; }
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    ~Witness() override { --alive_; }
    Result<Item> next() override { return Value(1); }

   private:
    std::atomic<int>& alive_;
  };
  std::atomic<int> alive = 0;
  start();
  const ScriptId keeper =
      load("a", "kept = []\ndef keep(items):\n  kept.append(items)\n  return next(items)\n");
  const auto witness = [&] { return make_producer(std::make_unique<Witness>(alive)); };
  EXPECT_EQ(call("a", "keep", {witness()}), Value(1));
  EXPECT_EQ(alive, 1);
  EXPECT_TRUE(scripts->unload(keeper).get());
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(scripts->call(keeper, "keep", {witness()}).get());
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace hookline::test
