#include "hookline/typed_call.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "tests/marshal/random_values.h"
#include "tests/marshal/value_printer.h"
#include "tests/plugin/test_scripts.h"

namespace hookline {

using namespace detail;

struct UserData {
  std::string nick;
  std::int64_t share = 0;
  std::optional<std::string> country;
  friend bool operator==(const UserData&, const UserData&) = default;
};
template <>
struct Fields<UserData> {
  static constexpr auto kAll =
      std::tuple{field("nick", &UserData::nick), field("share", &UserData::share),
                 optional_field("country", &UserData::country)};
};

namespace test {
namespace {

constexpr std::string_view kTypedScript = R"(
from dataclasses import dataclass

@dataclass
class User:
    nick: str
    share: int
    country: str | None = None

def get_user_data(nick, share): return User(nick, share)
def get_total_calls(): return 42
def echo(*args, **kwargs): return (list(args), kwargs)
def same_type(value, name):
    assert type(value).__name__ == name, type(value)
    return value
def top(count, *, by="nick"): return [f"{by}{i}" for i in range(count)]
def raises(): raise ValueError("no such user")
def nothing(): pass
def deep(): return {"users": [1, 2, 3, "four"]}

class Counter:
    made = 0
    def __init__(self, start=0):
        self.value = start
        self.parent = self
        Counter.made += 1
    def __del__(self): type(self).made -= 1
    def add(self, more=1):
        self.value += more
        return self.value
    def __call__(self, *args): return ("called", self.value, args)
    @classmethod
    def count(cls): return cls.made

class Config:
    class Inner:
        @staticmethod
        def reload(): return "reloaded"
    level = 5

def value_of(counter): return counter.value
def same(a, b): return a is b
)";

class TypedCall : public ScriptHostTest {
 protected:
  void SetUp() override {
    start();
    id = load("stats", kTypedScript);
  }

  template <class T>
  T get(Future<T> future) {
    Result<T> result = future.get();
    EXPECT_TRUE(result) << result.error().to_string() << result.error().traceback;
    return result.value_or(T());
  }
  template <class T>
  static Error error_of(Future<T> future) {
    Result<T> result = future.get();
    EXPECT_FALSE(result);
    return result ? Error() : result.error();
  }

  ScriptId id{};
};

TEST_F(TypedCall, FindsTheScriptByIdNameAndPath) {
  EXPECT_EQ(get(scripts->call<long>(id, "get_total_calls")), 42);
  EXPECT_EQ(get(scripts->call<long>("stats", "get_total_calls")), 42);
  EXPECT_EQ(get(scripts->call<long>(std::string("stats"), "get_total_calls")), 42);
  const auto path = folder.path() / "stats.py";
  EXPECT_EQ(get(scripts->call<long>(path, "get_total_calls")), 42);
  EXPECT_EQ(get(scripts->call<long>(path.string(), "get_total_calls")), 42);
  EXPECT_EQ(
      get(scripts->call<long>((folder.path() / "." / "stats.py").string(), "get_total_calls")), 42);
  EXPECT_EQ(error_of(scripts->call<long>("missing", "f")).code, ErrorCode::kScriptNotFound);
  EXPECT_EQ(error_of(scripts->call<long>("/missing/stats.py", "f")).message,
            "no script named '/missing/stats.py' is loaded");
  EXPECT_EQ(error_of(scripts->call(ScriptId{99}, "f")).message, "no script with this id is loaded");
}

TEST_F(TypedCall, CanBeWaitedFor) {
  const Result<long> total = scripts->call_wait<long>("stats", "get_total_calls");
  EXPECT_EQ(total.value(), 42);
  EXPECT_EQ(scripts->call_wait(id, "echo", "a", 1).value(),
            get(scripts->call(id, "echo", {"a", 1})));
  EXPECT_EQ(scripts->call_wait<std::string>("stats", "get_total_calls").error().code,
            ErrorCode::kBadArguments);
  EXPECT_EQ(scripts->call_wait("missing", "f").error().code, ErrorCode::kScriptNotFound);
}

TEST_F(TypedCall, PassesArgumentsOfAnyType) {
  const Value echoed =
      get(scripts->call("stats", "echo", "nick", 12345, 3.5, true, std::optional<int>(),
                        std::vector{1, 2}, UserData{.nick = "ann", .share = 1, .country = {}}));
  EXPECT_EQ(echoed, Value(Tuple{{List{"nick", 12345, 3.5, true, nullptr, List{1, 2},
                                      Dict{{{"nick", "ann"}, {"share", 1}, {"country", nullptr}}}},
                                 Dict{}}}));
}

TEST_F(TypedCall, KeepsTheFormWithAListOfArguments) {
  const List args{"a", 1};
  const Value expected = Tuple{{List{"a", 1}, Dict{}}};
  const List nested{Value(args)};
  EXPECT_EQ(get(scripts->call(id, "echo", {"a", 1})), expected);
  EXPECT_EQ(get(scripts->call(id, "echo", args)), expected);
  EXPECT_EQ(get(scripts->call<Value>(id, "echo", args)), expected);
  EXPECT_EQ(get(scripts->call<Value>(id, "echo", {"a", 1})), expected);
  EXPECT_EQ(get(scripts->call(id, "echo", {Value(args)})), Value(Tuple{{nested, Dict{}}}));
  EXPECT_EQ(get(scripts->call(id, "echo", Value(args))), Value(Tuple{{nested, Dict{}}}));
  EXPECT_EQ((get(scripts->call<std::tuple<List, Dict>>(id, "echo", {"a", 1}, {}))),
            (std::tuple{List{"a", 1}, Dict{}}));
}

TEST_F(TypedCall, GivesResultsOfAnyType) {
  EXPECT_EQ(get(scripts->call<UserData>("stats", "get_user_data", "nick", 12345)),
            (UserData{.nick = "nick", .share = 12345, .country = {}}));
  EXPECT_EQ((get(scripts->call<std::map<std::string, Value>>("stats", "get_user_data", "a", 1))),
            (std::map<std::string, Value>{{"nick", "a"}, {"share", 1}, {"country", nullptr}}));
  EXPECT_EQ(get(scripts->call<std::vector<std::string>>("stats", "top", 2)),
            (std::vector<std::string>{"nick0", "nick1"}));
  EXPECT_EQ(get(scripts->call<std::optional<long>>("stats", "nothing")), std::nullopt);
  EXPECT_EQ(get(scripts->call<std::optional<long>>("stats", "get_total_calls")), 42);
  EXPECT_TRUE(scripts->call<void>("stats", "get_total_calls").get());
}

TEST_F(TypedCall, SaysWhichResultIsOfAnotherType) {
  const Error error = error_of(scripts->call<std::string>("stats", "get_total_calls"));
  EXPECT_EQ(error.code, ErrorCode::kBadArguments);
  EXPECT_EQ(error.message, "result: expected str, got int");
  EXPECT_EQ(
      error_of(scripts->call<std::map<std::string, std::vector<int>>>("stats", "deep")).message,
      "result.users[3]: expected int, got str");
  EXPECT_EQ(error_of(scripts->call<long>("stats", "nothing")).message,
            "result: expected int, got None");
}

// The values go through the mailbox: small ones are packed into it, the others lie beside it.
TEST_F(TypedCall, EachKindOfValueComesBack) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string digits = "123456789012345678901234567890";
  const std::vector<std::pair<Value, const char*>> kinds{
      {Bytes{std::string("\0\xff\x80", 3)}, "bytes"},
      {Bytes{}, "bytes"},
      {Bytes{std::string(5'000, '\xfe')}, "bytes"},
      {Set{{1, "a", Bytes{"b"}}}, "set"},
      {Set{}, "set"},
      {FrozenSet{{Tuple{{1, 2}}, FrozenSet{{3}}}}, "frozenset"},
      {BigInt{digits}, "int"},
      {BigInt{"-" + digits}, "int"},
      {BigInt{"9223372036854775808"}, "int"},
      {std::numeric_limits<std::int64_t>::min(), "int"},
      {std::numeric_limits<std::int64_t>::max(), "int"},
      {nan, "float"},
      {infinity, "float"},
      {-infinity, "float"},
      {-0.0, "float"},
      {std::numeric_limits<double>::denorm_min(), "float"},
      {"\xed\xa0\x80 alone \xed\xb2\x80", "str"},
      {std::string("a\0b \xf0\x9f\x98\x80", 8), "str"},
      {"", "str"},
      {true, "bool"},
      {nullptr, "NoneType"},
      {Tuple{}, "tuple"},
      {Dict{{{Tuple{{1, Bytes{"k"}}}, nan}, {nullptr, Set{{nan}}}}}, "dict"},
  };
  for (const auto& [value, name] : kinds) {
    SCOPED_TRACE(value.repr());
    EXPECT_EQ(get(scripts->call("stats", "same_type", value, name)), value);
    EXPECT_EQ(get(scripts->call("stats", "same_type", value, kw("name", name))), value);
    const List nested{Dict{{{"in", value}}}};
    EXPECT_EQ(get(scripts->call("stats", "same_type", nested, "list")), Value(nested));
  }
}

TEST_F(TypedCall, EachTypeIsReadAsItWasWritten) {
  const auto echo = [this]<class T>(const T& content, const char* name) {
    return get(scripts->call<T>("stats", "same_type", content, name));
  };
  const Bytes bytes{std::string("\0\xff", 2)};
  EXPECT_EQ(echo(bytes, "bytes"), bytes);
  EXPECT_EQ(echo(std::set<std::string>{"a", "b"}, "set"), (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(echo(FrozenSet{{1, 2}}, "frozenset"), (FrozenSet{{1, 2}}));
  EXPECT_EQ(echo(BigInt{"-98765432109876543210"}, "int"), BigInt{"-98765432109876543210"});
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(echo(kMost, "int"), kMost);
  EXPECT_TRUE(std::isnan(echo(std::numeric_limits<double>::quiet_NaN(), "float")));
  EXPECT_TRUE(std::signbit(echo(-0.0, "float")));
  const std::string surrogate = "\xed\xa0\x80";
  EXPECT_EQ(echo(surrogate, "str"), surrogate);
  EXPECT_EQ(get(scripts->call<std::set<int>>("stats", "same_type", FrozenSet{{5}}, "frozenset")),
            std::set<int>{5});
}

TEST_F(TypedCall, RandomValuesComeBack) {
  constexpr std::uint64_t kValues = 300;
  constexpr int kDepth = 8;
  for (std::uint64_t seed = 1; seed <= kValues; ++seed) {
    const Value value = RandomValues(seed).value(kDepth);
    const Value expected = Tuple{{List{value, seed % 2 == 0}, Dict{}}};
    ASSERT_EQ(get(scripts->call("stats", "echo", value, seed % 2 == 0)), expected)
        << "with the seed " << seed;
  }
}

TEST_F(TypedCall, PassesOnTheErrorOfTheCall) {
  const Error error = error_of(scripts->call<long>("stats", "raises"));
  EXPECT_EQ(error.code, ErrorCode::kScriptRaised);
  EXPECT_EQ(error.to_string(), "script_raised: ValueError: no such user");
  EXPECT_EQ(error_of(scripts->call<void>("stats", "missing")).code, ErrorCode::kFunctionNotFound);
}

TEST_F(TypedCall, PassesKeywords) {
  EXPECT_EQ(get(scripts->call<std::vector<std::string>>("stats", "top", 1, kw("by", "share"))),
            std::vector<std::string>{"share0"});
  EXPECT_EQ(get(scripts->call("stats", "echo", kw("caf\xc3\xa9", List{1}), "a", kw("b", 2))),
            Value(Tuple{{List{"a"}, Dict{{{"caf\xc3\xa9", List{1}}, {"b", 2}}}}}));
  const Error unknown = error_of(scripts->call("stats", "top", 1, kw("order", 1)));
  EXPECT_EQ(unknown.python_type, "TypeError");
  const Error twice = error_of(scripts->call("stats", "echo", kw("a", 1), kw("a", 2)));
  EXPECT_EQ(twice.code, ErrorCode::kBadArguments);
  EXPECT_EQ(twice.message, "the keyword argument 'a' is given twice");
  const Error unnamed = error_of(scripts->call("stats", "echo", kw("\xff", 1)));
  EXPECT_EQ(unnamed.code, ErrorCode::kEncodingError);
  EXPECT_TRUE(unnamed.message.starts_with("a keyword argument cannot be named")) << unnamed.message;
  const Error bad = error_of(scripts->call("stats", "echo", kw("text", List{"\xff"})));
  EXPECT_EQ(bad.code, ErrorCode::kEncodingError);
  EXPECT_TRUE(bad.message.starts_with("text[0]: ")) << bad.message;
  EXPECT_EQ(error_of(scripts->call("stats", "echo", "\xff", kw("a", 1))).code,
            ErrorCode::kEncodingError);
}

TEST_F(TypedCall, ReachesNestedNamesAndClasses) {
  EXPECT_EQ(get(scripts->call<std::string>(id, "Config.Inner.reload")), "reloaded");
  EXPECT_EQ(get(scripts->call<std::string>(id, "Config.Inner.reload", List{})), "reloaded");
  EXPECT_EQ(get(scripts->call<UserData>(id, "User", "ann", 5)).share, 5);
  EXPECT_EQ(error_of(scripts->call(id, "Config.level")).code, ErrorCode::kNotCallable);
  EXPECT_EQ(error_of(scripts->call(id, "Config.Inner.")).code, ErrorCode::kFunctionNotFound);
}

TEST_F(TypedCall, KeepsTheResultAsAHandle) {
  const Handle counter = get(scripts->call<Handle>(id, "Counter", kw("start", 5)));
  EXPECT_EQ(get(scripts->call<long>(id, "value_of", counter)), 5);
  EXPECT_EQ(get(scripts->call<long>(id, {counter, "add"})), 6);
  EXPECT_EQ(get(scripts->call<long>(id, {counter, "add"}, 10)), 16);
  EXPECT_EQ(get(scripts->call<long>(id, {counter, "add"}, kw("more", 4))), 20);
  EXPECT_EQ(get(scripts->call<long>(id, {counter, "parent.parent.add"})), 21);
  EXPECT_EQ(get(scripts->call(id, counter, "x")), Value(Tuple{{"called", 21, Tuple{{"x"}}}}));
  EXPECT_TRUE(get(scripts->call<bool>(id, "same", counter, counter)));
  EXPECT_EQ(get(scripts->call("stats", "same", {counter, List{}})), Value(false));
  const Handle method = get(scripts->call<Handle>(id, "Counter"));
  EXPECT_NE(method, counter);
  EXPECT_EQ(get(scripts->call<long>(id, {method, "value.__add__"}, 1)), 1);
}

TEST_F(TypedCall, SaysWhyAHandleCannotBeCalled) {
  const Handle counter = get(scripts->call<Handle>(id, "Counter"));
  const Error missing = error_of(scripts->call(id, {counter, "missing"}));
  EXPECT_EQ(missing.code, ErrorCode::kFunctionNotFound);
  EXPECT_EQ(missing.message, "the object of type 'stats.Counter' has no 'missing'");
  EXPECT_EQ(error_of(scripts->call(id, {counter, "value"})).code, ErrorCode::kNotCallable);
  const Handle list = get(scripts->call<Handle>(id, "top", 1));
  EXPECT_EQ(error_of(scripts->call(id, list)).message,
            "'<object>' of script 'stats' is of type 'list', not a function");
  EXPECT_EQ(error_of(scripts->call(id, Handle())).code, ErrorCode::kBadArguments);

  const ScriptId other = load("other", "def f(x): return 1");
  EXPECT_EQ(error_of(scripts->call(other, "f", counter)).message,
            "args[0]: the handle belongs to another interpreter");
  EXPECT_EQ(error_of(scripts->call(other, {counter, "add"})).message,
            "target: the handle belongs to another interpreter");
  EXPECT_EQ(error_of(scripts->call(other, "f", Handle(std::make_shared<int>(1)))).code,
            ErrorCode::kUnsupportedType);
}

TEST_F(TypedCall, LetsGoOfAnObjectWithItsLastHandle) {
  Handle counter = get(scripts->call<Handle>(id, "Counter"));
  Handle copy = counter;
  // The object refers to itself, and would otherwise wait for the garbage collector.
  EXPECT_TRUE(scripts->call<void>(id, {counter, "__dict__.clear"}).get());
  EXPECT_EQ(get(scripts->call<long>(id, "Counter.count")), 1);
  counter = Handle();
  EXPECT_EQ(get(scripts->call<long>(id, "Counter.count")), 1);
  copy = Handle();
  EXPECT_EQ(get(scripts->call<long>(id, "Counter.count")), 0);
}

TEST_F(TypedCall, HandlesMayOutliveTheirScript) {
  const Handle counter = get(scripts->call<Handle>(id, "Counter"));
  ASSERT_TRUE(scripts->unload(id).get());
  EXPECT_EQ(error_of(scripts->call(id, {counter, "add"})).code, ErrorCode::kScriptNotFound);
  const ScriptId again = load("stats2", kTypedScript);
  EXPECT_EQ(error_of(scripts->call(again, "value_of", counter)).code, ErrorCode::kUnsupportedType);
  scripts.reset();
  EXPECT_TRUE(counter.object());
}

TEST_F(TypedCall, KeepsDeadlines) {
  const Gate gate(folder.path() / "gate");
  load("slow", std::string(kGateSource) + "def hold(path): wait_at(path)\n");
  // The call that holds the script up has no deadline. If one passed before the call began, the
  // gate would wait for a script that never comes.
  auto held = scripts->call<void>("slow", "hold", gate.path());
  const CallOptions soon{.timeout = std::chrono::milliseconds(1)};
  auto typed = scripts->call<void>("slow", "hold", "never", soon);
  const CallOptions later{.timeout = kPatience};
  auto keyword = scripts->call<void>("slow", "hold", soon, kw("path", "never"));
  EXPECT_EQ(error_of(std::move(typed)).code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(error_of(std::move(keyword)).code, ErrorCode::kDeadlineExceeded);
  gate.open();
  EXPECT_TRUE(std::move(held).get());
  EXPECT_EQ(get(scripts->call<long>("stats", "get_total_calls", later)), 42);
}

TEST_F(TypedCall, ReadsHubTextWhereItIsAskedTo) {
  const CallOptions hub{.text = TextMode::kHost};
  EXPECT_EQ(get(scripts->call("stats", "echo", "caf\xe9", hub)),
            Value(Tuple{{List{"caf\xe9"}, Dict{}}}));
  EXPECT_EQ(get(scripts->call("stats", "echo", kw("a", "caf\xe9"), hub)),
            Value(Tuple{{List{}, Dict{{{"a", "caf\xe9"}}}}}));
}

}  // namespace
}  // namespace test
}  // namespace hookline
