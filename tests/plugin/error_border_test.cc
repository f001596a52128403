// Tests exceptions that cross the border between Python and C++, in both directions.

#include <gtest/gtest.h>

#include <cerrno>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/typed_call.h"
#include "tests/plugin/def_test.h"

namespace hookline::test {
namespace {

struct NoSuchUser : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ErrorBorder : public DefTest {
 protected:
  template <class Thrown>
  void def_throwing(std::string name, Thrown thrown, RunsOn where = RunsOn::kHost) {
    expect_ok(scripts->def(std::move(name), [thrown]() -> long { throw thrown; }, where));
  }
};

TEST_F(ErrorBorder, ACppExceptionIsThePythonOneThatFits) {
  def_throwing("invalid", std::invalid_argument("no"));
  def_throwing("range", std::out_of_range("far"), RunsOn::kCaller);
  def_throwing("memory", std::bad_alloc());
  def_throwing("other", 5);
  def_throwing("file", std::system_error(ENOENT, std::generic_category(), "opening x"));
  EXPECT_EQ(error("vh.invalid()"), "ValueError: no");
  EXPECT_EQ(error("vh.range()"), "IndexError: far");
  EXPECT_EQ(error("vh.memory()").substr(0, 12), "MemoryError:");
  EXPECT_EQ(error("vh.other()"), "RuntimeError: a C++ exception that is no std::exception");
  EXPECT_EQ(error("vh.file()"),
            "FileNotFoundError: [Errno 2] opening x: No such file or directory");
}

TEST_F(ErrorBorder, AHostExtendsTheTable) {
  def_throwing("user", NoSuchUser("ann"));
  EXPECT_EQ(error("vh.user()"), "RuntimeError: ann");
  scripts->map_exception<NoSuchUser>("LookupError");
  EXPECT_EQ(error("vh.user()"), "LookupError: ann");
  scripts->map_exception<NoSuchUser>("NoSuchUser");
  EXPECT_EQ(error("vh.user()"), "RuntimeError: NoSuchUser: ann") << "not one of Python's own";
  scripts->map_exception<NoSuchUser>("SystemExit");
  EXPECT_EQ(error("vh.user()"), "RuntimeError: SystemExit: ann") << "ends no script";
  scripts->map_exception<NoSuchUser>("UnicodeDecodeError");
  EXPECT_EQ(error("vh.user()"), "RuntimeError: UnicodeDecodeError: ann") << "takes other arguments";
}

TEST_F(ErrorBorder, AMessageMayHaveAnyBytes) {
  def_throwing("bytes", std::runtime_error("caf\xe9"));
  EXPECT_EQ(error("vh.bytes()"), "RuntimeError: caf\\xe9");
}

// Tests callables that C++ calls during the call that they were passed to.
class CallbackTest : public ErrorBorder {};

TEST_F(CallbackTest, IsCalledOnTheSpot) {
  expect_ok(scripts->def(
      "sum",
      [](const std::vector<long>& numbers, const Callback& f) -> Result<long> {
        long sum = 0;
        for (const long number : numbers) {
          const Result<long> part = f.call<long>(number);
          if (!part) {
            return std::unexpected(part.error());
          }
          sum += *part;
        }
        return sum;
      },
      RunsOn::kCaller));
  EXPECT_EQ(run("vh.sum([1, 2, 3], lambda n: n * n)"), Value(14));
  EXPECT_EQ(run("vh.sum([1, 2], lambda n: vh.sum([n, n], abs))"), Value(6)) << "and again inside";
  EXPECT_EQ(error("vh.sum([1], lambda n: 'x')"), "TypeError: result: expected int, got str");
  EXPECT_EQ(error("vh.sum([1], 5)"),
            "TypeError: vh.sum(): argument 'arg2': expected callable, got int");
  execute(R"(
class Oops(Exception): pass

def fail(number):
    global raised
    raised = Oops(number)
    raise raised

def ask():
    import traceback
    try:
        vh.sum([1], fail)
    except Oops as caught:
        names = [frame.name for frame in traceback.extract_tb(caught.__traceback__)]
        return caught is raised, names
)");
  EXPECT_EQ(run("ask()"), Value(Tuple{{true, List{"ask", "fail"}}}));
}

TEST_F(CallbackTest, IsForTheCallThatItWasPassedTo) {
  std::optional<Callback> kept;
  expect_ok(scripts->def("keep", [&kept](Callback f) { kept = std::move(f); }));
  expect_ok(scripts->def("call_now", [](const Callback& f) { return f(); }));
  EXPECT_EQ(error("vh.call_now(abs)").substr(0, 35), "RuntimeError: a callback is called ")
      << "the host's thread is not the script's";
  run("vh.keep(abs)");
  ASSERT_TRUE(kept);
  const auto late = (*kept)(-1);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kWouldDeadlock);
  EXPECT_EQ(scripts->call(script, kept->handle(), List{-7}).get(), Value(7));
}

TEST_F(CallbackTest, AHandleMayBeAnyObject) {
  Handle kept;
  expect_ok(scripts->def("keep", [&kept](Handle object) { kept = std::move(object); }));
  expect_ok(scripts->def("kept", [&kept] { return kept; }));
  execute("thing = object()");
  run("vh.keep(thing)");
  EXPECT_EQ(run("vh.kept() is thing"), Value(true));
  load("other", kSource);
  EXPECT_FALSE(scripts->call("other", "run", {"vh.kept()"}).get()) << "of another script";
}

// The exception of `fail()` goes to the host as an Error, and from there back to the script.
constexpr std::string_view kBackAndForth = R"(
import threading
import traceback
import vh

async def wait_for(how):
    await getattr(vh, how).awaitable()

def run_awaiting(how):
    import asyncio
    asyncio.run(wait_for(how))

class Oops(Exception):
    pass

raised = None
caught = None

def fail():
    global raised
    raised = Oops("original")
    raise raised

def ask(how):
    global caught
    try:
        if how.startswith("awaited "):
            run_awaiting(how.removeprefix("awaited "))
        else:
            getattr(vh, how)()
    except BaseException as e:
        caught = e
    vh.done()

# Runs on another thread, because the worker has to be free for fail().
def begin(how):
    threading.Thread(target=ask, args=(how,)).start()

def is_same():
    return caught is raised

def frames():
    frames = traceback.extract_tb(caught.__traceback__)
    return [frame.name for frame in frames if frame.filename == __file__]

def describe():
    return f"{type(caught).__name__}: {caught}"

def notes():
    return getattr(caught, "__notes__", [])
)";

class ErrorRoundTrip : public ErrorBorder {
 protected:
  void SetUp() override {
    start();
    // Awaiting leaks 42 KB of CPython 3.13's _asyncio per interpreter. asyncio works without it.
    const std::string without = kSanitized ? "import sys\nsys.modules['_asyncio'] = None\n" : "";
    script = load("script", without + std::string(kBackAndForth));
    expect_ok(scripts->def("returned", [this] { return ask_script(); }));
    expect_ok(scripts->def("thrown", [this] { return ask_script().value(); }));
    expect_ok(scripts->def("in_future", [this] { return scripts->call("script", "fail", {}); }));
    expect_ok(scripts->def("on_caller", [this] { return ask_script(); }, RunsOn::kCaller));
    expect_ok(scripts->def("done", [this] { done_.set({}); }));
  }

  Result<Value> ask_script() { return scripts->call("script", "fail", {}).get(); }

  void round_trip(std::string_view caller, std::string_view how) {
    done_ = {};
    Future<void> done = done_.future();
    call(caller, "begin", {how});
    EXPECT_TRUE(done.get());
  }

 private:
  Promise<void> done_;
};

TEST_F(ErrorRoundTrip, IsTheSameExceptionAgainWithItsTraceback) {
  for (const std::string how : {"returned", "thrown", "in_future", "on_caller"}) {
    for (const std::string prefix : {"", "awaited "}) {
      SCOPED_TRACE(prefix + how);
      round_trip("script", prefix + how);
      EXPECT_EQ(call("script", "is_same"), Value(true));
      EXPECT_EQ(call("script", "frames"),
                prefix.empty() ? Value(List{"ask", "fail"})
                               : Value(List{"ask", "run_awaiting", "wait_for", "fail"}));
      EXPECT_EQ(call("script", "notes"), Value(List{}));
    }
  }
}

TEST_F(ErrorRoundTrip, NamesItsTypeAndTextInAnotherScript) {
  load("other", kBackAndForth);
  round_trip("other", "returned");
  EXPECT_EQ(call("other", "is_same"), Value(false));
  EXPECT_EQ(call("other", "describe"), Value("RuntimeError: script.Oops: original"));
  const Value notes = call("other", "notes");
  EXPECT_NE(notes.repr().find("in fail"), std::string::npos) << notes.repr();
}

TEST_F(ErrorRoundTrip, ABuiltinExceptionKeepsItsTypeInAnotherScript) {
  load("other", kBackAndForth);
  ASSERT_TRUE(scripts->unload(script).get());
  load("script", "def fail(): {}['key']");
  round_trip("other", "returned");
  EXPECT_EQ(call("other", "describe").as<std::string>()->substr(0, 9), "KeyError:");
}

// The error is still there when the interpreter that it came from has gone.
TEST_F(ErrorRoundTrip, OutlivesItsScript) {
  const Result<Value> result = ask_script();
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().origin, nullptr);
  const Result<Value> copy = result;
  ASSERT_TRUE(scripts->unload(script).get());
  EXPECT_EQ(copy, result);
  EXPECT_EQ(copy.error().to_string(), "script_raised: script.Oops: original");
}

}  // namespace
}  // namespace hookline::test
