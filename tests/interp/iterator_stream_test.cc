// Tests the streams of an interpreter: C++ reads a script's iterators item by item.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "interp/interpreter.h"
#include "interp/iterator_table.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

using testing::HasSubstr;

class IteratorStream : public InterpTest {
 protected:
  Result<StreamId> try_open(std::string_view function, const std::vector<Value>& args = {},
                            TextMode text = TextMode::kExact) {
    return interpreter().open_stream({.name = function, .packed = {}, .args = args, .text = text});
  }
  StreamId open(std::string_view function, std::vector<Value> args = {}) {
    const Result<StreamId> stream = try_open(function, args);
    EXPECT_TRUE(stream) << stream.error().to_string() << stream.error().traceback;
    return stream.value_or(StreamId{});
  }
  ErrorCode open_error(std::string_view function, std::string* message = nullptr) {
    const Result<StreamId> stream = try_open(function);
    EXPECT_FALSE(stream);
    if (message != nullptr) {
      *message = stream.error().message;
    }
    return stream.error().code;
  }
  // Pulls until `count` items have come, or the stream has ended or failed.
  StreamItems read(StreamId stream, std::size_t count) {
    StreamItems all;
    while (all.items.size() < count && !all.ended) {
      auto pulled = interpreter().pull_stream(stream, count - all.items.size());
      EXPECT_TRUE(pulled) << pulled.error().to_string() << pulled.error().traceback;
      if (!pulled) {
        break;
      }
      all.items.insert(all.items.end(), pulled->items.begin(), pulled->items.end());
      all.ended = pulled->ended;
    }
    return all;
  }
};

TEST_F(IteratorStream, GivesTheItemsOfAGeneratorInOrder) {
  load("def count(first, last):\n  yield from range(first, last)\n");
  const StreamId stream = open("count", {3, 8});
  EXPECT_EQ(read(stream, 2).items, (List{3, 4}));
  const StreamItems rest = read(stream, 100);
  EXPECT_EQ(rest.items, (List{5, 6, 7}));
  EXPECT_TRUE(rest.ended);
  EXPECT_EQ(interpreter().pull_stream(stream, 1).error().code, ErrorCode::kScriptUnloaded);
}

TEST_F(IteratorStream, TakesWhateverCanBeIteratedOver) {
  load(R"(
class Old:
  def __getitem__(self, i):
    if i == 2:
      raise IndexError
    return i * 10
def a_list(): return [1, "a", None]
def a_dict(): return {"k": 1, "l": 2}
def old(): return Old()
def a_map(): return map(str, (1, 2))
def empty(): return ()
)");
  EXPECT_EQ(read(open("a_list"), 9).items, (List{1, "a", nullptr}));
  EXPECT_EQ(read(open("a_dict"), 9).items, (List{"k", "l"}));
  EXPECT_EQ(read(open("old"), 9).items, (List{0, 10}));
  EXPECT_EQ(read(open("a_map"), 9).items, (List{"1", "2"}));
  const StreamItems none = read(open("empty"), 9);
  EXPECT_TRUE(none.items.empty());
  EXPECT_TRUE(none.ended);
}

TEST_F(IteratorStream, MakesNoMoreThanAsked) {
  load(R"(
made = 0
def endless():
  global made
  while True:
    made += 1
    yield made
def get(): return made
)");
  const StreamId stream = open("endless");
  EXPECT_EQ(call("get"), Value(0));
  EXPECT_EQ(read(stream, 5).items.size(), 5U);
  EXPECT_EQ(call("get"), Value(5));
}

// An item of 500 bytes counts as at most 600.
TEST_F(IteratorStream, EndsAPullThatHasBroughtEnoughBytes) {
  load("def blocks():\n  while True:\n    yield b'x' * 500\n");
  const StreamId stream = open("blocks");
  for (const auto& [most_bytes, count] :
       {std::pair(0U, 1U), {1U, 1U}, {500U, 1U}, {600U, 2U}, {1'000U, 2U}, {1'200U, 3U}}) {
    const auto pulled = interpreter().pull_stream(stream, 100, TextMode::kExact, most_bytes);
    ASSERT_TRUE(pulled);
    EXPECT_EQ(pulled->items.size(), count) << most_bytes;
    EXPECT_GE(pulled->bytes, count * 500);
    EXPECT_LE(pulled->bytes, count * 600);
  }
}

TEST_F(IteratorStream, EndsAPullEarlyWhenTheScriptIsSlow) {
  load("import time\ndef slow():\n  for i in range(3):\n    time.sleep(0.002)\n    yield i\n");
  const StreamId stream = open("slow");
  for (int i = 0; i < 3; ++i) {
    const auto pulled = interpreter().pull_stream(stream, 100);
    ASSERT_TRUE(pulled);
    EXPECT_EQ(pulled->items, List{i}) << "a step of 2 ms uses the whole slice of 1 ms";
  }
}

TEST_F(IteratorStream, GivesAnExceptionAfterTheItemsBeforeIt) {
  load("def bad():\n  yield 1\n  yield 2\n  raise ValueError('no more')\n");
  const StreamId stream = open("bad");
  EXPECT_EQ(read(stream, 2).items, (List{1, 2}));
  const auto failed = interpreter().pull_stream(stream, 10);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kScriptRaised);
  EXPECT_EQ(failed.error().python_type, "ValueError");
  EXPECT_EQ(failed.error().message, "no more");
  EXPECT_THAT(failed.error().traceback, HasSubstr("in bad"));
  EXPECT_EQ(interpreter().pull_stream(stream, 1).error().code, ErrorCode::kScriptUnloaded);

  const StreamId again = open("bad");
  List items;
  Result<StreamItems> pulled;
  while ((pulled = interpreter().pull_stream(again, 10))) {
    items.insert(items.end(), pulled->items.begin(), pulled->items.end());
  }
  EXPECT_EQ(items, (List{1, 2}));
  EXPECT_EQ(pulled.error().message, "no more");
}

TEST_F(IteratorStream, ClosesTheGeneratorOfAnItemThatCannotLeave) {
  load(R"(
closed = False
kept = []
def bad():
  kept.append(generator())  # so that it is not closed for want of a reference
  return kept[0]
def generator():
  global closed
  try:
    yield 1
    yield {"x": object()}
    yield 3
  finally:
    closed = True
def get(): return closed
)");
  const StreamId stream = open("bad");
  EXPECT_EQ(read(stream, 1).items, List{1});
  const auto failed = interpreter().pull_stream(stream, 10);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnsupportedType);
  EXPECT_THAT(failed.error().message, HasSubstr("result[1].x: "));
  EXPECT_EQ(call("get"), Value(true));
}

TEST_F(IteratorStream, SaysWhatCannotBeStreamed) {
  load(R"(
import sys
warned = []
sys.unraisablehook = warned.append
import warnings
warnings.simplefilter("error")
async def agen():
  yield 1
async def coroutine():
  return 1
class Bad:
  def __iter__(self): raise KeyError("k")
def number(): return 5
def bad(): return Bad()
def raises(): raise ValueError("x")
nothing = 3
def warnings_so_far(): return len(warned)
)");
  std::string message;
  EXPECT_EQ(open_error("agen", &message), ErrorCode::kUnsupportedType);
  EXPECT_EQ(message,
            "'agen' gives an object of type 'async_generator', and what is asynchronous cannot be "
            "streamed: let it be a plain generator");
  EXPECT_EQ(open_error("coroutine"), ErrorCode::kUnsupportedType);
  EXPECT_EQ(call("warnings_so_far"), Value(0)) << "it is closed, so Python does not complain";
  EXPECT_EQ(open_error("number", &message), ErrorCode::kUnsupportedType);
  EXPECT_EQ(message, "'number' gives an object of type 'int', which cannot be iterated over");
  EXPECT_EQ(open_error("bad"), ErrorCode::kScriptRaised);
  EXPECT_EQ(open_error("raises"), ErrorCode::kScriptRaised);
  EXPECT_EQ(open_error("absent"), ErrorCode::kFunctionNotFound);
  EXPECT_EQ(open_error("nothing"), ErrorCode::kNotCallable);
  const std::vector<Value> args{Handle()};
  EXPECT_EQ(try_open("number", args).error().code, ErrorCode::kUnsupportedType);
}

constexpr std::string_view kNoting = R"(
import pathlib
def notes(path, name):
  try:
    while True:
      yield name
  finally:
    with open(path, "a") as file:
      file.write(name)
)";

TEST_F(IteratorStream, ClosingRunsFinally) {
  load(kNoting);
  const std::string path = (folder().path() / "notes").string();
  const StreamId unread = open("notes", {path, "a"});
  const StreamId stream = open("notes", {path, "b"});
  EXPECT_EQ(read(stream, 1).items, List{"b"});
  EXPECT_TRUE(interpreter().close_stream(stream));
  EXPECT_EQ(folder().read("notes"), "b");
  EXPECT_TRUE(interpreter().close_stream(stream)) << "twice is no error";
  EXPECT_TRUE(interpreter().close_stream(unread)) << "one that has not begun has no finally to run";
  EXPECT_EQ(folder().read("notes"), "b");
  EXPECT_EQ(interpreter().pull_stream(stream, 1).error().code, ErrorCode::kScriptUnloaded);
}

TEST_F(IteratorStream, ClosingSaysWhatItRaised) {
  load(R"(
def stubborn():
  while True:
    try:
      yield 1
    except GeneratorExit:
      pass
)");
  const StreamId stream = open("stubborn");
  EXPECT_EQ(read(stream, 1).items, List{1});
  const auto closed = interpreter().close_stream(stream);
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().python_type, "RuntimeError");
}

TEST_F(IteratorStream, EndsWithItsInterpreter) {
  load(kNoting);
  const std::string path = (folder().path() / "notes").string();
  EXPECT_EQ(read(open("notes", {path, "x"}), 1).items, List{"x"});
  EXPECT_EQ(read(open("notes", {path, "y"}), 1).items, List{"y"});
  end_interpreter();
  EXPECT_EQ(folder().read("notes"), "xy");
}

TEST_F(IteratorStream, EndsWhenTheScriptIsLoadedAgain) {
  load(kNoting);
  const std::string path = (folder().path() / "notes").string();
  const StreamId stream = open("notes", {path, "x"});
  EXPECT_EQ(read(stream, 1).items, List{"x"});
  load("x = 1");
  EXPECT_EQ(folder().read("notes"), "x");
  EXPECT_EQ(interpreter().pull_stream(stream, 1).error().code, ErrorCode::kScriptUnloaded);
}

TEST_F(IteratorStream, KeepsHubTextAsItIs) {
  load("def words(text):\n  yield text\n  yield text.upper()\n");
  const std::vector<Value> args{std::string("caf\xe9")};
  const auto stream = try_open("words", args, TextMode::kHost);
  ASSERT_TRUE(stream);
  const auto pulled = interpreter().pull_stream(*stream, 1, TextMode::kHost);
  ASSERT_TRUE(pulled);
  EXPECT_EQ(pulled->items, List{args[0]});
}

}  // namespace
}  // namespace hookline
