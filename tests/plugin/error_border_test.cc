// Exceptions that cross the border between Python and C++, in both directions.

#include <gtest/gtest.h>

#include <cerrno>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

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

TEST_F(ErrorBorder, AnyBytesInAMessage) {
  def_throwing("bytes", std::runtime_error("caf\xe9"));
  EXPECT_EQ(error("vh.bytes()"), "RuntimeError: caf\\xe9");
}

// What the script raises in `fail()` goes to the host as an Error, and from there back to it.
constexpr std::string_view kBackAndForth = R"(
import threading
import traceback
import vh

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
        getattr(vh, how)()
    except BaseException as e:
        caught = e
    vh.done()

# Not on the worker, which has to be free for fail().
def begin(how):
    threading.Thread(target=ask, args=(how,)).start()

def is_same():
    return caught is raised

def frames():
    return [frame.name for frame in traceback.extract_tb(caught.__traceback__)]

def describe():
    return f"{type(caught).__name__}: {caught}"

def notes():
    return getattr(caught, "__notes__", [])
)";

class ErrorRoundTrip : public ErrorBorder {
 protected:
  void SetUp() override {
    start();
    script = load("script", kBackAndForth);
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
    SCOPED_TRACE(how);
    round_trip("script", how);
    EXPECT_EQ(call("script", "is_same"), Value(true));
    EXPECT_EQ(call("script", "frames"), Value(List{"ask", "fail"}));
    EXPECT_EQ(call("script", "notes"), Value(List{}));
  }
}

TEST_F(ErrorRoundTrip, IsItsTypeAndTextInAnotherScript) {
  load("other", kBackAndForth);
  round_trip("other", "returned");
  EXPECT_EQ(call("other", "is_same"), Value(false));
  EXPECT_EQ(call("other", "describe"), Value("RuntimeError: script.Oops: original"));
  const Value notes = call("other", "notes");
  EXPECT_NE(notes.repr().find("in fail"), std::string::npos) << notes.repr();
}

TEST_F(ErrorRoundTrip, ABuiltinOneIsOfThatTypeInAnotherScript) {
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
