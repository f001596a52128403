#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "interp/interpreter.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

using testing::ElementsAre;

using Invoke = InterpTest;

TEST_F(Invoke, PassesArgumentsAndTheResult) {
  load("def echo(*args): return args");
  const std::vector<Value> args{nullptr,
                                true,
                                -3,
                                BigInt{"-123456789012345678901234567890"},
                                2.5,
                                "text",
                                Bytes{std::string("\0\xff", 2)},
                                List{1, List{}},
                                Tuple{{"a"}},
                                Set{{1, 2}},
                                FrozenSet{{"x"}},
                                Dict{{{"k", 1}, {Tuple{{1}}, nullptr}}}};
  EXPECT_EQ(call("echo", args), Value(Tuple{args}));
  EXPECT_EQ(call("echo"), Value(Tuple{}));
}

TEST_F(Invoke, TakesAnyNumberOfArguments) {
  load("def count(*args): return len(args), sum(args)");
  for (int count = 0; count < 40; ++count) {
    const std::vector<Value> args(static_cast<std::size_t>(count), Value(2));
    EXPECT_EQ(call("count", args), Value(Tuple{{count, 2 * count}}));
  }
}

TEST_F(Invoke, ByIdUsesWhatWasResolved) {
  load("def f(x): return x + 1\ndef rebind():\n  global f\n  f = lambda x: x + 2");
  const Result<FunctionId> f = interpreter().resolve("f");
  ASSERT_TRUE(f);
  const std::vector<Value> args{1};
  EXPECT_EQ(interpreter().invoke(*f, args), Result<Value>(2));
  call("rebind");
  EXPECT_EQ(interpreter().invoke(*f, args), Result<Value>(2));
  EXPECT_EQ(call("f", args), Value(3));
  EXPECT_EQ(interpreter().resolve("f"), *f);
  EXPECT_EQ(interpreter().invoke(*f, args), Result<Value>(3));
}

TEST_F(Invoke, ReachesAnythingCallable) {
  load(R"(
import math
from functools import partial

class Config:
    def __init__(self): self.level = 7
    def get(self, *more): return self.level, more
    @staticmethod
    def plain(): return 'static'
    def __call__(self): return 'called'

config = Config()
half = partial(lambda a, b: a / b, b=2)
)");
  EXPECT_EQ(call("config.get", {1, 2}), Value(Tuple{{7, Tuple{{1, 2}}}}));
  EXPECT_EQ(call("Config.plain"), Value("static"));
  EXPECT_EQ(call("config"), Value("called"));
  EXPECT_EQ(call("half", {3}), Value(1.5));
  EXPECT_EQ(call("math.sqrt", {16}), Value(4.0));
  const Result<FunctionId> get = interpreter().resolve("config.get");
  ASSERT_TRUE(get);
  EXPECT_EQ(interpreter().invoke(*get, {}), Result<Value>(Tuple{{7, Tuple{}}}));
}

TEST_F(Invoke, SaysWhatIsMissing) {
  EXPECT_EQ(try_call("f").error().code, ErrorCode::kScriptNotFound);
  EXPECT_EQ(interpreter().resolve("f").error().code, ErrorCode::kScriptNotFound);
  load("value = 5\nclass C:\n  @property\n  def p(self): raise ValueError('from p')\nc = C()");
  for (const char* name : {"f", "", ".", "value.", ".value", "C.missing", "\xff", "__len__"}) {
    const Result<Value> result = try_call(name);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().code, ErrorCode::kFunctionNotFound) << name;
  }
  EXPECT_EQ(try_call("f").error().message, "script 'script' has no 'f'");
  EXPECT_EQ(try_call("value").error().code, ErrorCode::kNotCallable);
  EXPECT_EQ(try_call("value").error().message,
            "'value' of script 'script' is of type 'int', not a function");
  EXPECT_EQ(try_call("c.p").error().message, "from p");
  EXPECT_EQ(interpreter().invoke(FunctionId{99}, {}).error().code, ErrorCode::kFunctionNotFound);
}

TEST_F(Invoke, NamesThePlaceOfWhatCannotPass) {
  load("def f(*args): return {'rows': [1, object()]}");
  const Error result = try_call("f").error();
  EXPECT_EQ(result.code, ErrorCode::kUnsupportedType);
  EXPECT_EQ(result.message,
            "result.rows[1]: an object of type 'object' cannot leave its interpreter");
  const Error argument = try_call("f", {1, Dict{{{"users", List{1, "\xff"}}}}}).error();
  EXPECT_EQ(argument.code, ErrorCode::kEncodingError);
  EXPECT_TRUE(argument.message.starts_with("args[1].users[1]: ")) << argument.message;
  load("def f():\n  x = []\n  x.append(x)\n  return x");
  EXPECT_EQ(try_call("f").error().code, ErrorCode::kCyclicValue);
}

TEST_F(Invoke, RaisesForWrongArguments) {
  load("def f(a, b): pass");
  const Error error = try_call("f", {1}).error();
  EXPECT_EQ(error.code, ErrorCode::kScriptRaised);
  EXPECT_EQ(error.python_type, "TypeError");
}

TEST_F(Invoke, UsesTheHubsEncodingInHubMode) {
  restart_interpreter({.codec = TextCodec("cp1251")});
  load("def f(text): return [ascii(text), text.upper()]");
  EXPECT_EQ(try_call("f", {"\xef\x98"}, TextMode::kHost),
            Result<Value>(List{R"('\u043f\udc98')", "\xcf\x98"}));
  EXPECT_EQ(try_call("f", {"\xd0\xbf"}), Result<Value>(List{R"('\u043f')", "\xd0\x9f"}));
  load("def f(): return '\\u4e2d'");
  EXPECT_EQ(try_call("f", {}, TextMode::kHost).error().code, ErrorCode::kEncodingError);
}

struct ArityCase {
  const char* name;
  int min;
  int max;
};

TEST_F(Invoke, TellsHowManyArgumentsAFunctionTakes) {
  load(R"(
import functools, math
def none(): pass
def one(a): pass
def some(a, b=1, c=2): pass
def any_number(a, *rest): pass
def keywords(a, *, k=1, **kw): pass
def positional(a, b, /): pass
class C:
    def method(self, a): pass
    def starred(*args): pass
    @classmethod
    def of_class(cls, a, b=1): pass
    @staticmethod
    def plain(a): pass
    def __call__(self, a, b): pass
class WithInit:
    def __init__(self, a, b=1): pass
c = C()
def deco(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs): return f(*args, **kwargs)
    return wrapper
@deco
def wrapped(): pass
part = functools.partial(some, 1)
lam = lambda x, y: 0
builtin = math.sqrt
untold = type
class Liar:
    __signature__ = 5
    def __call__(self): pass
liar = Liar()
)");
  const std::vector<ArityCase> cases{
      {"none", 0, 0},       {"one", 1, 1},        {"some", 1, 3},     {"any_number", 1, -1},
      {"keywords", 1, 1},   {"positional", 2, 2}, {"c.method", 1, 1}, {"c.starred", 0, -1},
      {"c.of_class", 1, 2}, {"c.plain", 1, 1},    {"c", 2, 2},        {"WithInit", 1, 2},
      {"wrapped", 0, 0},    {"part", 0, 2},       {"lam", 2, 2},      {"builtin", 1, 1},
      {"untold", 0, -1},    {"liar", 0, -1}};
  for (const ArityCase& expected : cases) {
    const Result<FunctionId> id = interpreter().resolve(expected.name);
    ASSERT_TRUE(id) << expected.name;
    const Interpreter::Arity arity = interpreter().arity(*id);
    EXPECT_EQ(arity.min, expected.min) << expected.name;
    EXPECT_EQ(arity.max, expected.max) << expected.name;
  }
}

TEST_F(Invoke, KeepsNothingHoweverManyTimes) {
  load(R"(
def good(*args): return list(args), {'k': set(args[:1])}
def bad(*args): raise ValueError(args)
def strange(*args): return [args, object()]
)");
  const std::vector<Value> args{"a text that is not a single cached character",
                                BigInt{"123456789012345678901234567890"}};
  const std::vector<Value> wrong{List{"first"}, Dict{{{"x", Set{{Value(List{})}}}}}};
  const auto blocks = [] {
    return *evaluate("import gc, sys\ngc.collect()\nresult = sys.getallocatedblocks()")
                ->as<std::int64_t>();
  };
  const auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
      for (const TextMode text : {TextMode::kExact, TextMode::kHost}) {
        ASSERT_TRUE(try_call("good", args, text));
        ASSERT_FALSE(try_call("bad", args, text));
        ASSERT_FALSE(try_call("strange", args, text));
        ASSERT_FALSE(try_call("good", wrong, text));
        ASSERT_FALSE(try_call("missing", args, text));
      }
    }
  };
  // CPython's own free lists fill up over some hundreds of rounds, by up to 500 blocks; after that
  // a thousand rounds add about 60. If each round kept something, they would add a thousand or
  // more.
  constexpr int kRounds = 1000;
  rounds(kRounds);
  const std::int64_t before = blocks();
  rounds(kRounds);
  EXPECT_LT(blocks() - before, kRounds / 2);
}

}  // namespace
}  // namespace hookline
