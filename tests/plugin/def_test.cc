// Tests the C++ functions that a host offers to scripts by def().

#include "tests/plugin/def_test.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/convert.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/typed_call.h"

namespace hookline::test {

struct Stats {
  std::string nick;
  std::int64_t lines = 0;
};

}  // namespace hookline::test

template <>
struct hookline::Fields<hookline::test::Stats> {
  static constexpr auto kAll = std::tuple{field("nick", &hookline::test::Stats::nick),
                                          field("lines", &hookline::test::Stats::lines)};
};

namespace hookline::test {
namespace {

long twice(long number) { return 2 * number; }

class Def : public DefTest {
 protected:
  void def_get_stats() {
    expect_ok(scripts->def(
        "get_stats", [](std::string nick, long limit) { return Stats{std::move(nick), limit}; },
        arg("nick"), arg("limit") = 10, "What a user has done lately."));
  }
};

TEST_F(Def, OneLineMakesAFunction) {
  def_get_stats();
  EXPECT_EQ(run("vh.get_stats('ann')"), Value(Dict{{{"nick", "ann"}, {"lines", 10}}}));
  EXPECT_EQ(run("vh.get_stats('ann', 5)['lines']"), Value(5));
  EXPECT_EQ(run("vh.get_stats(limit=7, nick='bob')"), Value(Dict{{{"nick", "bob"}, {"lines", 7}}}));
  EXPECT_EQ(run("vh.CallDynamicFunction('get_stats', 'ann', limit=3)['lines']"), Value(3));
}

TEST_F(Def, WrongArgumentsAreNamed) {
  def_get_stats();
  EXPECT_EQ(error("vh.get_stats('ann', 'x')"),
            "TypeError: vh.get_stats(): argument 'limit': expected int, got str");
  EXPECT_EQ(error("vh.get_stats(1)"),
            "TypeError: vh.get_stats(): argument 'nick': expected str, got int");
  EXPECT_EQ(error("vh.get_stats()"), "TypeError: vh.get_stats() needs the argument 'nick'");
  EXPECT_EQ(error("vh.get_stats('a', 1, 2)"),
            "TypeError: vh.get_stats() takes 2 arguments, but 3 were given");
  EXPECT_NE(error("vh.get_stats('a', nick='b')").find("'nick'"), std::string::npos);
  EXPECT_NE(error("vh.get_stats('a', what='b')").find("'what'"), std::string::npos);
  EXPECT_NE(error("vh.get_stats(object())").find("vh.get_stats(): argument 'nick': an object of"),
            std::string::npos);
}

TEST_F(Def, HasANameADocstringAndASignature) {
  def_get_stats();
  EXPECT_EQ(run("vh.get_stats.__name__"), Value("get_stats"));
  EXPECT_EQ(run("vh.get_stats.__module__"), Value("vh"));
  EXPECT_EQ(run("vh.get_stats.__doc__"),
            Value("get_stats(nick: str, limit: int = 10) -> dict\n\nWhat a user has done lately."));
  EXPECT_EQ(run("str(inspect.signature(vh.get_stats))"), Value("(nick, limit=10)"));
  EXPECT_EQ(run("inspect.signature(vh.get_stats).parameters['limit'].default"), Value(10));
  EXPECT_EQ(run("repr(vh.get_stats)"), Value("<function vh.get_stats>"));
  EXPECT_EQ(run("'get_stats' in dir(vh)"), Value(true));
  EXPECT_EQ(run("'mc' in dir(vh)"), Value(true));
}

TEST_F(Def, TakesEveryShapeOfCallable) {
  expect_ok(scripts->def("twice", &twice));
  expect_ok(scripts->def("nothing", [] {}));
  expect_ok(scripts->def("length", [](std::string_view text) { return text.size(); }));
  expect_ok(scripts->def("join", [](const std::vector<std::string>& parts) {
    std::string all;
    for (const auto& part : parts) {
      all += part;
    }
    return all;
  }));
  expect_ok(scripts->def("maybe", [](std::optional<long> number) { return number; }));
  expect_ok(scripts->def("count", [calls = 0]() mutable { return ++calls; }));
  expect_ok(scripts->def(
      "who", [](const Caller& caller, std::string prefix) { return prefix + caller.name; }));
  expect_ok(scripts->def("any", [](std::span<const Value> args, const Caller&) -> Result<Value> {
    return List(args.begin(), args.end());
  }));
  EXPECT_EQ(run("vh.twice(21)"), Value(42));
  EXPECT_EQ(run("vh.twice(arg1=4)"), Value(8));
  EXPECT_EQ(run("vh.nothing()"), Value());
  EXPECT_EQ(run("vh.length('four')"), Value(4));
  EXPECT_EQ(run("vh.join(['a', 'b'])"), Value("ab"));
  EXPECT_EQ(run("(vh.maybe(None), vh.maybe(1))"), Value(Tuple{{Value(), 1}}));
  EXPECT_EQ(run("(vh.count(), vh.count())"), Value(Tuple{{1, 2}}));
  EXPECT_EQ(run("vh.who('I am ')"), Value("I am script"));
  EXPECT_EQ(run("vh.any(1, 'two', [3])"), Value(List{1, "two", List{3}}));
  EXPECT_EQ(error("vh.any(x=1)"), "TypeError: vh.any() takes no arguments by name");
  EXPECT_EQ(run("vh.any.__doc__"), Value("any(*args)"));
  EXPECT_EQ(error("vh.join(['a', 1])"),
            "TypeError: vh.join(): argument 'arg1'[1]: expected str, got int");
}

TEST_F(Def, MayReturnEveryShapeOfResult) {
  expect_ok(scripts->def("good", []() -> Result<long> { return 1; }));
  expect_ok(scripts->def(
      "bad", []() -> Result<long> { return fail(ErrorCode::kBadArguments, "not today"); }));
  expect_ok(scripts->def("done", []() -> Result<void> { return {}; }));
  expect_ok(scripts->def(
      "undone", []() -> Result<void> { return fail(ErrorCode::kDeadlineExceeded, "too late"); }));
  expect_ok(scripts->def("value", [] { return Value(Tuple{{1, "a"}}); }));
  expect_ok(scripts->def("map", [] { return std::map<std::string, double>{{"pi", 3.5}}; }));
  EXPECT_EQ(run("vh.good()"), Value(1));
  EXPECT_EQ(error("vh.bad()"), "TypeError: not today");
  EXPECT_EQ(run("vh.done()"), Value());
  EXPECT_EQ(error("vh.undone()"), "TimeoutError: too late");
  EXPECT_EQ(run("vh.value()"), Value(Tuple{{1, "a"}}));
  EXPECT_EQ(run("vh.map()"), Value(Dict{{{"pi", 3.5}}}));
}

TEST_F(Def, AFunctionThatReturnsAFutureBlocksNobodyElse) {
  Promise<long> promise;
  Future<long> future = promise.future();
  expect_ok(scripts->def("later", [&future] { return std::move(future); }));
  expect_ok(scripts->def("keep", [&promise](long number) { promise.set(number); }, RunsOn::kHost));
  load("other", kSource);
  auto waiting = scripts->call("script", "run", {"vh.later()"});
  // Both functions run on this thread, which waits for the other script meanwhile. The pending
  // result of the first does not block the second.
  call("other", "run", {"vh.later and vh.keep(5)"});
  const auto result = waiting.get();
  ASSERT_TRUE(result) << result.error().to_string();
  EXPECT_EQ(*result, Value(5));
}

TEST_F(Def, RunsWhereItWasDeclaredTo) {
  std::thread::id ran;
  const auto note = [&ran] { ran = std::this_thread::get_id(); };
  expect_ok(scripts->def("by_default", note));
  expect_ok(scripts->def("on_host", note, RunsOn::kHost));
  expect_ok(scripts->def("on_caller", note, RunsOn::kCaller));
  run("vh.by_default()");
  EXPECT_EQ(ran, std::this_thread::get_id());
  ran = {};
  run("vh.on_host()");
  EXPECT_EQ(ran, std::this_thread::get_id());
  run("vh.on_caller()");
  EXPECT_NE(ran, std::this_thread::get_id());
}

// If the function held the GIL, the script's other thread would never run vh.open().
TEST_F(Def, HoldsNoGilWhileItRuns) {
  Promise<void> promise;
  Future<void> future = promise.future();
  expect_ok(scripts->def("wait", [&future] { return future.get(); }, RunsOn::kCaller));
  expect_ok(scripts->def("open", [&promise] { promise.set({}); }, RunsOn::kCaller));
  execute(R"(
import threading
thread = threading.Thread(target=vh.wait)
thread.start()
vh.open()
thread.join()
)");
  EXPECT_FALSE(future.valid()) << "wait() has taken the result";
}

TEST_F(Def, MayBeForOneScriptOnly) {
  const ScriptId other = load("other", kSource);
  expect_ok(scripts->def("mine", [] { return 1; }, other));
  EXPECT_EQ(call("other", "run", {"vh.mine()"}), Value(1));
  EXPECT_EQ(error("vh.mine()"), "AttributeError: module 'vh' has no attribute 'mine'");
  expect_ok(scripts->def("mine", [] { return 2; }));
  EXPECT_EQ(call("other", "run", {"vh.mine()"}), Value(1)) << "its own comes first";
  EXPECT_EQ(run("vh.mine()"), Value(2));
  ASSERT_TRUE(scripts->unload(other).get());
  EXPECT_FALSE(scripts->undef("mine", other)) << "went with the script";
}

TEST_F(Def, ComesAndGoesWhileScriptsRun) {
  EXPECT_EQ(error("vh.f()"), "AttributeError: module 'vh' has no attribute 'f'");
  EXPECT_EQ(error("vh.CallDynamicFunction('f')"), "NameError: vh has no function 'f'");
  expect_ok(scripts->def("f", [] { return 1; }));
  execute("from vh import f");
  EXPECT_EQ(run("f()"), Value(1));
  ASSERT_TRUE(scripts->undef("f"));
  EXPECT_EQ(error("f()"), "NameError: vh.f has been unregistered");
  EXPECT_EQ(error("vh.f()"), "AttributeError: module 'vh' has no attribute 'f'");
  expect_ok(scripts->def("f", [](long number) { return number; }));
  EXPECT_EQ(run("f(2)"), Value(2)) << "the name stands for the new one";
}

// The call is on its way to the host's thread when the function is removed there.
TEST_F(Def, IsNotCalledAfterItWasRemoved) {
  bool called = false;
  expect_ok(scripts->def("f", [&called] { called = true; }));
  Promise<void> promise;
  Future<void> asked = promise.future();
  expect_ok(scripts->def("asked", [&promise] { promise.set({}); }, RunsOn::kCaller));
  auto waiting = scripts->call("script", "error", {"(vh.asked(), vh.f())"});
  while (!asked.ready()) {  // get() would serve the call
    std::this_thread::yield();
  }
  ASSERT_TRUE(scripts->undef("f"));
  const auto result = waiting.get();
  ASSERT_TRUE(result);
  // The function was removed before the script looked it up, or before its call was served.
  EXPECT_TRUE(*result == Value("NameError: vh.f has been unregistered") ||
              *result == Value("AttributeError: module 'vh' has no attribute 'f'"))
      << result->repr();
  EXPECT_FALSE(called);
}

TEST_F(Def, RefusesInvalidDeclarations) {
  const auto refusal = [](const Result<void>& result) {
    return result ? "nothing" : result.error().to_string();
  };
  EXPECT_EQ(refusal(scripts->def("mc", [] {})),
            "bad_arguments: vh.mc is part of the module: give your function another name");
  EXPECT_EQ(refusal(scripts->def(
                "f", [](long, long) {}, arg("a"))),
            "bad_arguments: vh.f has 2 parameters: give it as many arg() or none");
  EXPECT_EQ(refusal(scripts->def(
                "f", [](long) {}, arg("a") = "x")),
            "bad_arguments: vh.f(): argument 'a': expected int, got str");
  EXPECT_EQ(refusal(scripts->def(
                "f", [](long, long) {}, arg("a") = 1, arg("b"))),
            "bad_arguments: vh.f(): 'b' needs a default, since 'a' before it has one");
  EXPECT_EQ(refusal(scripts->def(
                "f", [](long, long) {}, arg("a"), arg("a"))),
            "bad_arguments: vh.f(): 'a' is the name of two parameters");
  for (const char* name : {"", "two words", "1st", "a-b"}) {
    EXPECT_EQ(refusal(scripts->def(
                  "f", [](long) {}, arg(name))),
              "bad_arguments: vh.f(): '" + std::string(name) + "' is no name of a parameter");
  }
  expect_ok(scripts->def("f", [] {}));
  EXPECT_EQ(refusal(scripts->def("f", [] {})),
            "bad_arguments: vh.f is registered already: unregister that function first");
}

TEST_F(Def, TextKeepsTheBytesOfTheHub) {
  std::string got;
  expect_ok(scripts->def("echo", [&got](std::string text) {
    got = text;
    return text;
  }));
  EXPECT_EQ(run("vh.echo('caf\\udce9') == 'caf\\udce9'"), Value(true));
  EXPECT_EQ(got, "caf\xe9");
}

TEST_F(Def, MayReturnItemsThatAreMadeOneByOne) {
  const auto words = [](std::vector<std::string> left) {
    return produce(
        [left = std::move(left)]() mutable -> std::optional<Value> {
          if (left.empty()) {
            return std::nullopt;
          }
          std::string word = std::move(left.back());
          left.pop_back();
          return word;
        },
        TextMode::kHost);
  };
  expect_ok(scripts->def("words", [words] { return words({"caf\xe9", "one"}); }));
  expect_ok(scripts->def("here", [words] { return words({"two"}); }, RunsOn::kCaller));
  expect_ok(scripts->def("later", [words](const Caller&) -> Future<Value> {
    return make_ready_future<Value>(words({"three"}));
  }));
  expect_ok(scripts->def("deep", [words] { return std::vector{words({"a"}), words({"b"})}; }));
  EXPECT_EQ(run("[ascii(word) for word in vh.words()]"), Value(List{"'one'", "'caf\\udce9'"}));
  EXPECT_EQ(run("next(vh.words()), next(vh.words())"), Value(Tuple{{"one", "one"}}));
  EXPECT_EQ(run("list(vh.here()) + list(vh.later())"), Value(List{"two", "three"}));
  EXPECT_EQ(run("[list(each) for each in vh.deep()]"), Value(List{List{"a"}, List{"b"}}));
  execute("import asyncio\nasync def awaited(): return list(await vh.words.awaitable())");
  EXPECT_EQ(run("len(asyncio.run(awaited()))"), Value(2));
}

TEST_F(Def, ACallbackTakesItemsThatAreMadeOneByOne) {
  expect_ok(scripts->def(
      "sum_of",
      [](const Callback& sum) {
        return sum.call<long>(produce([n = 0]() mutable -> std::optional<Value> {
          return n < 4 ? std::optional<Value>(n++) : std::nullopt;
        }));
      },
      RunsOn::kCaller));
  EXPECT_EQ(run("vh.sum_of(sum)"), Value(6));
}

TEST_F(Def, MayBeCalledFromAThreadOfTheScript) {
  expect_ok(scripts->def("on_host", [] { return 1; }));
  expect_ok(scripts->def("on_caller", [] { return 2; }, RunsOn::kCaller));
  execute(R"(
import threading
results = []
thread = threading.Thread(target=lambda: results.extend([vh.on_host(), vh.on_caller()]))
thread.start()
thread.join()
)");
  EXPECT_EQ(run("results"), Value(List{1, 2}));
}

TEST_F(Def, ACoroutineAwaits) {
  expect_ok(scripts->def("on_host", [](long number) { return number; }));
  expect_ok(scripts->def("on_caller", [](long number) { return number; }, RunsOn::kCaller));
  expect_ok(scripts->def("failing",
                         []() -> Result<long> { return fail(ErrorCode::kBadArguments, "no"); }));
  execute(R"(
import asyncio

async def all_of_them():
    numbers = await asyncio.gather(*[vh.on_host.awaitable(i) for i in range(100)],
                                   vh.on_caller.awaitable(arg1=100))
    try:
        await vh.failing.awaitable()
    except TypeError as error:
        return numbers, str(error)
)");
  List numbers;
  for (int i = 0; i <= 100; ++i) {
    numbers.emplace_back(i);
  }
  EXPECT_EQ(run("asyncio.run(all_of_them())"), Value(Tuple{{numbers, "no"}}));
  EXPECT_EQ(run("asyncio.run(all_of_them())"), Value(Tuple{{numbers, "no"}})) << "another loop";
  EXPECT_EQ(error("vh.on_host.awaitable(1)"), "RuntimeError: no running event loop");
  EXPECT_EQ(error("vh.on_host.awaitable('x')"), "RuntimeError: no running event loop");
}

// The loop goes on while a call is under way, and a call that was given up does no harm.
TEST_F(Def, AnAwaitedCallMayBeGivenUp) {
  Promise<long> promise;
  Future<long> future = promise.future();
  expect_ok(scripts->def("never", [&future] { return std::move(future); }));
  expect_ok(scripts->def("keep", [&promise] { promise.set(5); }));
  execute(R"(
import asyncio

async def impatient():
    waiting = asyncio.ensure_future(vh.never.awaitable())
    await asyncio.sleep(0)
    waiting.cancel()
    await vh.keep.awaitable()
    return waiting.cancelled()
)");
  EXPECT_EQ(run("asyncio.run(impatient())"), Value(true));
}

}  // namespace
}  // namespace hookline::test
