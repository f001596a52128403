#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "interp/interpreter.h"
#include "interp_fixture.h"
#include "marshal/owned_request.h"

namespace hookline {

using namespace detail;

namespace {

class HandleTest : public InterpTest {
 protected:
  void SetUp() override {
    InterpTest::SetUp();
    load(R"(
import weakref
alive = weakref.WeakSet()
ended = []

class Thing:
    def __init__(self, name="thing"):
        self.name = name
        alive.add(self)
    def __del__(self): ended.append(self.name)
    def hello(self, greeting="hello", *, end="!"): return f"{greeting} {self.name}{end}"

def count(): return len(alive)
def name_of(thing): return thing.name
def names_of(things, **more): return [t.name for t in things] + [more[k].name for k in more]
def end_of(): return list(ended)
)");
  }

  Handle make(std::string_view name) {
    OwnedRequest request("Thing", {name});
    request.set_extras({.result = ResultForm::kHandle});
    const Result<Value> made = interpreter().invoke(request.view());
    EXPECT_TRUE(made) << made.error().to_string();
    const auto* handle = made ? made->as<Handle>() : nullptr;
    return handle != nullptr ? *handle : Handle();
  }
};

TEST_F(HandleTest, IsTheObjectAgainAsAnArgument) {
  const Handle a = make("a");
  const Handle b = make("b");
  EXPECT_EQ(call("name_of", {a}), Value("a"));
  EXPECT_EQ(call("names_of", {Value(List{a, b})}), Value(List{"a", "b"}));
  OwnedRequest request("names_of", {Tuple{{a}}});
  request.set_extras({.keywords = {{.name = "more", .value = b}}});
  EXPECT_EQ(interpreter().invoke(request.view()), Result<Value>(List{"a", "b"}));
}

TEST_F(HandleTest, CallsAttributesWithKeywords) {
  const Handle thing = make("x");
  OwnedRequest greet("hello", {"hi"});
  greet.set_extras({.target = thing, .keywords = {{.name = "end", .value = "?"}}});
  EXPECT_EQ(interpreter().invoke(greet.view()), Result<Value>("hi x?"));
  OwnedRequest upper("hello.__func__.__name__.upper", {});
  upper.set_extras({.target = thing});
  EXPECT_EQ(interpreter().invoke(upper.view()), Result<Value>("HELLO"));
}

TEST_F(HandleTest, KeepsTheObjectThroughAReload) {
  const Handle thing = make("old");
  load("def name_of(thing): return 'new ' + thing.name");
  EXPECT_EQ(call("name_of", {thing}), Value("new old"));
}

TEST_F(HandleTest, LetsGoAtTheNextCallOrAttach) {
  Handle first = make("a");
  Handle second = make("b");
  const Handle copy = second;
  EXPECT_EQ(call("count"), Value(2));
  first = Handle();
  second = Handle();
  EXPECT_EQ(call("count"), Value(1));
  EXPECT_EQ(call("end_of"), Value(List{"a"}));
  Handle third = make("c");
  const Result<FunctionId> count = interpreter().resolve("count");
  ASSERT_TRUE(count);
  third = Handle();
  interpreter().detach();
  interpreter().attach();
  EXPECT_EQ(interpreter().invoke(*count, {}), Result<Value>(1));
}

TEST_F(HandleTest, IsOfNoUseInAnotherInterpreter) {
  const Handle thing = make("a");
  restart_interpreter();
  load("def name_of(thing): return 1");
  const Error error = try_call("name_of", {thing}).error();
  EXPECT_EQ(error.code, ErrorCode::kUnsupportedType);
  EXPECT_EQ(error.message, "args[0]: the handle belongs to another interpreter");
}

TEST_F(HandleTest, MayBeDroppedOnAnyThreadAtAnyTime) {
  constexpr int kThreads = 4;
  constexpr int kHandles = 200;
  std::vector<std::vector<Handle>> handles(kThreads);
  for (int i = 0; i < kThreads * kHandles; ++i) {
    handles[static_cast<std::size_t>(i % kThreads)].push_back(make("x"));
  }
  EXPECT_EQ(call("count"), Value(kThreads * kHandles));
  std::atomic<int> running = kThreads;
  std::vector<std::jthread> threads;
  for (auto& mine : handles) {
    threads.emplace_back([&mine, &running] {
      while (mine.size() > 1) {
        mine.pop_back();
      }
      --running;
    });
  }
  while (running > 0) {
    const Handle passing = make("y");
    EXPECT_EQ(call("name_of", {passing}), Value("y"));
  }
  threads.clear();
  EXPECT_EQ(call("count"), Value(kThreads));
  end_interpreter();
  handles.clear();
}

}  // namespace
}  // namespace hookline
