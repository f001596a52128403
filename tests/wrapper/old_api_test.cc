// Runs the examples of the old interface's documentation, unchanged: real scripts, and a C++
// program that loads the library at run time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/wrapper/wrapper_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kStatistics = R"py(
import vh

total_calls = 0
users = []

def get_total_calls():
    global total_calls
    total_calls += 1
    return total_calls

def print_summary():
    print("summary:", total_calls)

def process_user(nick, user_id):
    return f"{nick} has the id {user_id}"

def get_version():
    return "1.2.3"

def echo_data(text, number, real):
    return [text, number, real]

def get_users():
    return ["ann", "bob", "carol"]

def get_config():
    return {"name": "hub", "limit": 9007199254740993, "open": True, "rate": 0.5}

def add_user(data):
    users.extend(data["users"])
    assert data["count"] == len(data["users"])
    return len(users)

def fail():
    raise ValueError("on purpose")

def greet(nick):
    vh.pm("hello " + nick, nick)
    return vh.GetUserClass(nick)
)py";

class OldApiTest : public WrapperTest {
 protected:
  OldApiTest() {
    hub.offer<W_pm>();
    hub.offer<W_GetUserClass>([] { return Wrapper().pack("l", 3L); });
    begin();
    script = load("statistics_script", kStatistics);
  }
  int script = -1;
};

TEST_F(OldApiTest, TotalCallsByIdAndByPath) {
  EXPECT_EQ(call(script, "get_total_calls"), "l: 1");
  const int by_path = w.find_script(script_path("statistics_script").c_str());
  EXPECT_EQ(by_path, script);
  EXPECT_EQ(call(by_path, "get_total_calls"), "l: 2");
  EXPECT_EQ(w.find_script("statistics_script"), script);
  EXPECT_EQ(w.find_script("/nowhere/else.py"), -1);
}

TEST_F(OldApiTest, ParamsMayBeNull) {
  EXPECT_EQ(shown_and_freed(w.call_function(script, "get_total_calls", nullptr)), "l: 1");
}

TEST_F(OldApiTest, PrintSummaryReturnsNothing) {
  EXPECT_EQ(call(script, "print_summary"), "NULL");
  EXPECT_STREQ(w.last_error(), "") << "None is no failure";
}

TEST_F(OldApiTest, ProcessUser) {
  EXPECT_EQ(call(script, "process_user", "sl", "testuser", 12345L),
            "s: 'testuser has the id 12345'");
}

TEST_F(OldApiTest, GetVersion) { EXPECT_EQ(call(script, "get_version"), "s: '1.2.3'"); }

TEST_F(OldApiTest, EchoData) {
  EXPECT_EQ(call(script, "echo_data", "sld", "test", 42L, 3.14), R"(D: '["test",42,3.14]')");
}

TEST_F(OldApiTest, ANonexistentFunction) {
  EXPECT_EQ(call(script, "no_such_function"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("function_not_found"));
  EXPECT_THAT(w.last_error(), HasSubstr("no_such_function"));
}

TEST_F(OldApiTest, ANonexistentScript) {
  EXPECT_EQ(call(script + 1, "get_version"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("script_not_found"));
}

TEST_F(OldApiTest, WrongArgumentTypes) {
  EXPECT_EQ(call(script, "add_user", "l", 5L), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("TypeError"));
  EXPECT_EQ(call(script, "process_user", "s", "alone"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("TypeError"));
  EXPECT_EQ(call(script, "fail"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("ValueError: on purpose"));
  EXPECT_EQ(call(script, "get_version"), "s: '1.2.3'") << "nothing is broken by that";
  EXPECT_STREQ(w.last_error(), "");
}

TEST_F(OldApiTest, AListOfUsers) {
  EXPECT_EQ(call(script, "get_users"), R"(D: '["ann","bob","carol"]')");
}

TEST_F(OldApiTest, ADictAsJson) {
  EXPECT_EQ(call(script, "get_config"),
            R"(D: '{"name":"hub","limit":9007199254740993,"open":true,"rate":0.5}')");
}

TEST_F(OldApiTest, AddUserTakesJson) {
  EXPECT_EQ(call(script, "add_user", "D", R"({"users": ["ann", "bob"], "count": 2})"), "l: 2");
  EXPECT_EQ(call(script, "add_user", "D", R"({"users": ["carol"], "count": 1})"), "l: 3");
  EXPECT_EQ(call(script, "add_user", "D", R"({"users": [)"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("line 1"));
}

TEST_F(OldApiTest, TenThreadsAtOnceOnOneScript) {
  constexpr int kThreads = 10;
  constexpr int kCalls = 200;
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        const std::string nick = "user" + std::to_string(i);
        for (long n = 0; n < kCalls; ++n) {
          const std::string expected = "s: '" + nick + " has the id " + std::to_string(n) + "'";
          good += call(script, "process_user", "sl", nick.c_str(), n) == expected ? 1 : 0;
          (void)call(script, "get_total_calls");
        }
      });
    }
  }
  EXPECT_EQ(good, kThreads * kCalls);
  EXPECT_EQ(call(script, "get_total_calls"), "l: " + std::to_string(kThreads * kCalls + 1));
}

TEST_F(OldApiTest, VhCallsAreSeenByTheHost) {
  EXPECT_EQ(call(script, "greet", "s", "ann"), "l: 3");
  EXPECT_THAT(hub.calls, ElementsAre("pm(" + std::to_string(script) +
                                         "): ss|ss: 'hello ann', 'ann', "
                                         "NULL, NULL",
                                     "GetUserClass(" + std::to_string(script) + "): s: 'ann'"));
}

}  // namespace
}  // namespace hookline::test
