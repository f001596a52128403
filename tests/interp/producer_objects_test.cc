// Tests producers, whose items C++ makes while a script iterates.

#include "interp/producer_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "hookline/convert.h"
#include "interp_fixture.h"
#include "tests/support/gate.h"

namespace hookline {

using namespace detail;

namespace {

using testing::HasSubstr;
using Item = std::optional<Value>;

// Counts from 0 to `last`, or for ever if `last` is negative.
class Counter final : public Producer {
 public:
  explicit Counter(int last, int& alive) : last_(last), alive_(alive) { ++alive_; }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  ~Counter() override { --alive_; }
  [[nodiscard]] Result<Item> next() override {
    return next_ == last_ ? Item() : Item(Value(next_++));
  }

 private:
  int next_ = 0;
  int last_;
  int& alive_;
};

class ProducerTest : public InterpTest {
 protected:
  Value counter(int last) { return make_producer(std::make_unique<Counter>(last, alive)); }
  int alive = 0;
};

TEST_F(ProducerTest, IsAnIterator) {
  load(R"(
def total(items): return sum(items)
def take(items): return [next(items), next(items), next(items, "end"), next(items, "end")]
def same(items): return iter(items) is items
def name(items): return type(items).__qualname__, type(items).__module__
)");
  EXPECT_EQ(call("total", {counter(101)}), Value(5050));
  EXPECT_EQ(call("take", {counter(2)}), Value(List{0, 1, "end", "end"}));
  EXPECT_EQ(call("same", {counter(2)}), Value(true));
  EXPECT_EQ(call("name", {counter(2)}), Value(Tuple{{"Producer", "hookline"}}));
  EXPECT_EQ(alive, 0);
}

TEST_F(ProducerTest, IsFoundDeepInsideAnArgumentAndInsideItsOwnItems) {
  load("def f(d):\n  return [list(inner) for inner in d['a'][0]]\n");
  const Value nested =
      produce([this, n = 0]() mutable -> Item { return ++n > 3 ? Item() : Item(counter(n)); });
  EXPECT_EQ(call("f", {Dict{{{"a", List{nested}}}}}),
            Value(List{List{0}, List{0, 1}, List{0, 1, 2}}));
  EXPECT_EQ(alive, 0);
}

TEST_F(ProducerTest, IsDestroyedWhenTheScriptIsDoneWithIt) {
  load(R"(
kept = []
def ends(items):
  kept.append(items)
  return list(items)
def closes(items):
  kept.append(items)
  next(items)
  items.close()
  items.close()
  return list(items)
def uses_with(items):
  kept.append(items)
  with items as same:
    assert same is items
    return next(same)
def raises(items):
  kept.append(items)
  with items:
    raise KeyError("k")
def drops(items): return next(items)
def keeps(items):
  kept.append(items)
  return next(items)
)");
  EXPECT_EQ(call("ends", {counter(2)}), Value(List{0, 1}));
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(call("closes", {counter(2)}), Value(List{}));
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(call("uses_with", {counter(2)}), Value(0));
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(try_call("raises", {counter(2)}).error().python_type, "KeyError");
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(call("drops", {counter(2)}), Value(0));
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(call("keeps", {counter(2)}), Value(0));
  EXPECT_EQ(alive, 1);
  end_interpreter();
  EXPECT_EQ(alive, 0);
}

TEST_F(ProducerTest, IsDestroyedWithTheInterpreterWhoeverHoldsIt) {
  load(R"(
import builtins
def hide(items):
  builtins.hidden = items  # not a global of the script
  return next(items)
)");
  EXPECT_EQ(call("hide", {counter(-1)}), Value(0));
  EXPECT_EQ(alive, 1);
  end_interpreter();
  EXPECT_EQ(alive, 0);
}

TEST_F(ProducerTest, IsGivenAwayOnce) {
  load("def f(*items): return [list(each) for each in items]\n");
  const Value value = counter(2);
  const auto twice = try_call("f", {value, value});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::kBadArguments);
  EXPECT_THAT(twice.error().message, HasSubstr("args[1]: "));
  EXPECT_THAT(twice.error().message, HasSubstr("has been given to a script before"));
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(try_call("f", {Handle(std::make_shared<int>(1))}).error().code,
            ErrorCode::kUnsupportedType);
}

TEST_F(ProducerTest, LeavesOtherHandlesToTheirOpener) {
  class EveryHandleIsOne final : public HandleOpener {
   public:
    PyRef open(const Handle& /*handle*/) override { return PyRef::steal(PyLong_FromLong(1)); }
  };
  EveryHandleIsOne others;
  const TextCodec codec;
  auto objects = ProducerObjects::create(codec, nullptr, &others);
  ASSERT_TRUE(objects);
  EXPECT_EQ(PyLong_AsLong((*objects)->open(Handle()).get()), 1);
  const Value value = counter(2);
  const PyRef opened = (*objects)->open(*value.as<Handle>());
  EXPECT_EQ(PyIter_Check(opened.get()), 1);
  objects->reset();
  EXPECT_EQ(alive, 0) << "closed with its table";
}

TEST_F(ProducerTest, CannotBeMadeByAScriptNorLeaveIt) {
  load("def make(items): return type(items)()\ndef back(items): return items\n");
  EXPECT_EQ(try_call("make", {counter(2)}).error().python_type, "TypeError");
  EXPECT_EQ(try_call("back", {counter(2)}).error().code, ErrorCode::kUnsupportedType);
  EXPECT_EQ(alive, 0);
}

TEST_F(ProducerTest, ItsErrorsAreExceptionsAndEndIt) {
  load(R"(
def look(items):
  seen = []
  try:
    for item in items:
      seen.append(item)
  except Exception as error:
    seen.append(f"{type(error).__name__}: {error}")
  return seen + list(items)
)");
  const auto failing = [](auto error) {
    return produce([n = 0, error]() mutable -> Result<Item> {
      return n++ == 0 ? Result<Item>(Value("one")) : error();
    });
  };
  EXPECT_EQ(call("look", {failing([]() -> Result<Item> {
                   return fail(ErrorCode::kBadArguments, "out of users");
                 })}),
            Value(List{"one", "RuntimeError: out of users"}));
  EXPECT_EQ(call("look", {failing([]() -> Result<Item> { throw std::out_of_range("thrown"); })}),
            Value(List{"one", "RuntimeError: thrown"}));
  EXPECT_EQ(call("look", {failing([]() -> Result<Item> { throw 5; })}),
            Value(List{"one", "RuntimeError: a producer threw what is no std::exception"}));
  EXPECT_EQ(call("look", {failing([]() -> Result<Item> { return Value(BigInt{"x"}); })}),
            Value(List{"one", "RuntimeError: item[1]: a big int has to be decimal digits"}));
}

TEST_F(ProducerTest, RaisesAsTheHostSays) {
  restart_interpreter({.raise = [](const Error& error) {
    PyErr_SetString(PyExc_LookupError, error.message.c_str());
  }});
  load("def f(items): return list(items)\n");
  const auto result = try_call(
      "f", {produce([]() -> Result<Item> { return fail(ErrorCode::kBadArguments, "x"); })});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().python_type, "LookupError");
}

TEST_F(ProducerTest, WhatItThrowsIsWhatTheHostSays) {
  restart_interpreter(
      {.raise =
           [](const Error& error) { PyErr_SetString(PyExc_LookupError, error.message.c_str()); },
       .translate =
           [](const std::exception_ptr& thrown) {
             try {
               std::rethrow_exception(thrown);
             } catch (const int number) {
               return Error{.code = ErrorCode::kScriptRaised,
                            .message = "number " + std::to_string(number)};
             }
           }});
  load("def f(items): return list(items)\n");
  const auto result = try_call("f", {produce([]() -> Item { throw 5; })});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().python_type, "LookupError");
  EXPECT_EQ(result.error().message, "number 5");
}

TEST_F(ProducerTest, ReadsHubTextAsTheHostSays) {
  restart_interpreter({.codec = TextCodec("cp1251")});
  load("def f(items): return ascii(list(items))\n");
  const auto words = [](TextMode mode) {
    return produce([n = 0]() mutable -> Item { return n++ == 0 ? Item(Value("\xcf")) : Item(); },
                   mode);
  };
  EXPECT_EQ(call("f", {words(TextMode::kHost)}), Value("['\\u041f']"));
  EXPECT_EQ(try_call("f", {words(TextMode::kExact)}).error().python_type, "RuntimeError");
}

// The other threads of the script run while C++ makes an item, but not into the same producer.
TEST_F(ProducerTest, RunsWithoutTheGilOnTheThreadThatIterates) {
  load(R"(
import threading
def f(items, told):
  seen = []
  def other():
    next(told)  # the main thread is inside `items` by now
    for step in (lambda: next(items), items.close):
      try:
        step()
      except ValueError as error:
        seen.append(str(error))
    next(told)  # lets it out
  thread = threading.Thread(target=other)
  thread.start()
  seen.append(next(items))
  thread.join()
  return sorted(map(str, seen))
)");
  Gate gate;
  std::thread::id on;
  const Value items = produce([&]() -> Item {
    on = std::this_thread::get_id();
    gate.pass();
    return Item(Value(1));
  });
  const Value told = produce([&, n = 0]() mutable -> Item {
    n++ == 0 ? gate.wait_for_arrival() : gate.open();
    return Item(Value(n));
  });
  EXPECT_EQ(call("f", {items, told}),
            Value(List{"1", "the producer is already running, on another thread",
                       "the producer is running, on another thread"}));
  EXPECT_EQ(on, std::this_thread::get_id());
}

}  // namespace
}  // namespace hookline
