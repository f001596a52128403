#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "marshal/python.h"
#include "python_fixture.h"
#include "value_printer.h"

namespace hookline {

using namespace detail;

namespace {

constexpr std::string_view kPrelude = R"(
import dataclasses, datetime, decimal, enum, pathlib, types, uuid
from collections import *
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

class Int(int): __int__ = __index__ = __str__ = __repr__ = None
class Float(float): __float__ = __repr__ = None
class Str(str): __str__ = __repr__ = encode = None
class Bytes(bytes): __bytes__ = None
class Tuple(tuple): __iter__ = __getitem__ = __len__ = None
class List(list): __iter__ = __getitem__ = __len__ = None
class Set(set): __iter__ = __len__ = None
class Frozen(frozenset): __iter__ = __len__ = None
class Dict(dict): __getitem__ = __len__ = keys = items = None

class Point(NamedTuple):
    x: int
    y: int = 2

@dataclass
class User:
    nick: str
    tags: list = field(default_factory=list)
    kind: ClassVar[str] = 'user'
    parent: object = None

@dataclass(slots=True, frozen=True)
class Slotted:
    a: int

class Level(enum.Enum):
    LOW = 1
    NAMED = 'named'
    PAIR = (1, 2)
class Number(enum.IntEnum):
    ONE = 1
class Name(enum.StrEnum):
    A = 'a'
class Flags(enum.Flag):
    A = 1
    B = 2

def odict():
    d = OrderedDict(a=1, b=2)
    d.move_to_end('a')
    return d
utc = datetime.timezone.utc
)";

class PlainForm : public PythonTest {
 protected:
  static Result<Value> read(std::string_view expression) {
    const PyRef object = exec(std::string(kPrelude) + "result = " + std::string(expression) + "\n");
    return from_python(object.get(), "result");
  }
};

struct Row {
  std::string_view expression;
  std::string_view repr;
};

// docs/values.md describes these.
constexpr auto kRows = std::to_array<Row>({
    {"Int(5), Int(-2**70)", "(5, -1180591620717411303424)"},
    {"Float(2.5)", "2.5"},
    {"Str('caf\\xe9'), Str('\\ud800')", "('caf\xc3\xa9', '\\ud800')"},
    {"Bytes(b'x')", "b'x'"},
    {"Tuple((1, Int(2)))", "(1, 2)"},
    {"List([1, List([2])])", "[1, [2]]"},
    {"Set({1})", "{1}"},
    {"Frozen({1})", "frozenset({1})"},
    {"Dict(a=Dict())", "{'a': {}}"},
    {"odict()", "{'b': 2, 'a': 1}"},
    {"defaultdict(list, a=[1])", "{'a': [1]}"},
    {"Counter('aab')", "{'a': 2, 'b': 1}"},
    {"deque([1, 2], 5)", "[1, 2]"},
    {"{'a': 1}.keys(), {'a': 1}.values(), {'a': 1}.items()", "(['a'], [1], [('a', 1)])"},
    {"Point(1)", "(1, 2)"},
    {"User('ann', ['x'], parent=User('bob'))",
     "{'nick': 'ann', 'tags': ['x'], 'parent': {'nick': 'bob', 'tags': [], 'parent': None}}"},
    {"[Slotted(1)]", "[{'a': 1}]"},
    {"Level.LOW, Level.NAMED, Level.PAIR", "(1, 'named', (1, 2))"},
    {"{Number.ONE: Name.A}, Flags.A | Flags.B", "({1: 'a'}, 3)"},
    {"datetime.date(2026, 1, 2)", "'2026-01-02'"},
    {"datetime.time(3, 4, 5)", "'03:04:05'"},
    {"datetime.datetime(2026, 1, 2, 3, 4, 5, 6)", "'2026-01-02T03:04:05.000006'"},
    {"datetime.datetime(2026, 1, 2, tzinfo=utc)", "'2026-01-02T00:00:00+00:00'"},
    {"datetime.timedelta(days=1, microseconds=500000)", "86400.5"},
    {"decimal.Decimal('1.10')", "'1.10'"},
    {"uuid.UUID(int=1)", "'00000000-0000-0000-0000-000000000001'"},
    {"pathlib.Path('/tmp/x'), pathlib.PureWindowsPath('a')", "('/tmp/x', 'a')"},
    {"bytearray(b'ab')", "b'ab'"},
    {"memoryview(b'abcd')[::2]", "b'ac'"},
});

TEST_F(PlainForm, IsWhatTheDocumentationSays) {
  for (const auto& [expression, repr] : kRows) {
    const Result<Value> value = read(expression);
    ASSERT_TRUE(value) << expression << ": " << value.error().to_string();
    EXPECT_EQ(value->repr(), repr) << expression;
  }
}

TEST_F(PlainForm, ComesBackAsAnEqualOfBuiltInType) {
  for (const char* expression : {"Int(5)", "Str('x')", "odict()", "Counter('aab')", "Point(1)",
                                 "defaultdict(list, a=[1])"}) {
    const PyRef object = exec(std::string(kPrelude) + "result = " + std::string(expression) + "\n");
    const Result<Value> value = from_python(object.get(), "result");
    ASSERT_TRUE(value) << expression;
    const Result<PyRef> back = to_python(*value, "value");
    ASSERT_TRUE(back) << expression;
    EXPECT_TRUE(equal(back->get(), object.get())) << expression;
    EXPECT_NE(Py_TYPE(back->get()), Py_TYPE(object.get())) << expression;
  }
}

TEST_F(PlainForm, IsNotThereForEverything) {
  for (const char* expression :
       {"object()", "User", "Level", "range(3)", "(x for x in [])", "iter([])", "1j", "len",
        "types.SimpleNamespace(a=1)", "datetime.timezone.utc"}) {
    const Result<Value> value = read(std::string("{'a': [") + expression + "]}");
    ASSERT_FALSE(value) << expression;
    EXPECT_EQ(value.error().code, ErrorCode::kUnsupportedType) << expression;
    EXPECT_TRUE(value.error().message.starts_with("result.a[0]: an object of type '"))
        << value.error().message;
  }
}

TEST_F(PlainForm, NamesThePlaceInside) {
  EXPECT_EQ(read("User('ann', parent=[deque([object()])])").error().message,
            "result.parent[0][0]: an object of type 'object' cannot leave its interpreter");
  EXPECT_EQ(read("OrderedDict(a={1: Point(object())})").error().message,
            "result.a[1][0]: an object of type 'object' cannot leave its interpreter");
}

TEST_F(PlainForm, FindsCycles) {
  const auto expect_cycle = [](const std::string& code, std::string_view message) {
    const PyRef object = exec(std::string(kPrelude) + code);
    const Result<Value> value = from_python(object.get(), "result");
    ASSERT_FALSE(value) << code;
    EXPECT_EQ(value.error().code, ErrorCode::kCyclicValue) << value.error().to_string();
    EXPECT_EQ(value.error().message, message);
  };
  expect_cycle("result = User('ann')\nresult.parent = [result]",
               "result.parent[0]: the testscript.User contains itself");
  expect_cycle("result = List()\nlist.append(result, result)",
               "result[0]: the testscript.List contains itself");
  expect_cycle("result = OrderedDict()\nresult['me'] = {1: result}",
               "result.me[1]: the collections.OrderedDict contains itself");
}

TEST_F(PlainForm, CountsAsOneLevel) {
  const auto nested = [](int depth) {
    return exec(std::string(kPrelude) + "result = List()\nfor _ in range(" +
                std::to_string(depth - 1) + "): result = List([result])\n");
  };
  EXPECT_TRUE(from_python(nested(64).get(), "result"));
  EXPECT_EQ(from_python(nested(65).get(), "result").error().code, ErrorCode::kValueTooDeep);
}

// The value of this enum member is always another member.
TEST_F(PlainForm, EndsIfEachFormStandsForAnother) {
  const PyRef object = exec(std::string(kPrelude) + R"(
class Endless(enum.Enum):
    A = 1
Endless._value_ = property(lambda self: object.__new__(Endless))
result = object.__new__(Endless)
)");
  const Result<Value> value = from_python(object.get(), "result");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kValueTooDeep) << value.error().to_string();
}

TEST_F(PlainForm, SaysWhatAnObjectRaises) {
  const PyRef object = exec(std::string(kPrelude) + R"(
class Late(User):
    @property
    def tags(self): raise LookupError('no tags')
    @tags.setter
    def tags(self, value): pass
result = [Late('ann')]
)");
  const Result<Value> value = from_python(object.get(), "result");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message, "result[0]: no tags");
}

// Whatever an object does while it is read, its container must not be damaged.
TEST_F(PlainForm, SurvivesContainersThatChangeMeanwhile) {
  const auto read_changing = [](const std::string& setup) {
    const PyRef object = exec(std::string(kPrelude) + R"(
class Grower(User):
    @property
    def tags(self): grow(); return []
    @tags.setter
    def tags(self, value): pass
)" + setup);
    return from_python(object.get(), "result");
  };
  const Result<Value> dict = read_changing(
      "result = {i: [i] for i in range(5)}\nresult[2] = Grower('a')\n"
      "def grow():\n  for i in range(1000): result[i] = i\n");
  ASSERT_FALSE(dict);
  EXPECT_EQ(dict.error().message, "result: the dict changed while it was copied");
  const Result<Value> emptied = read_changing(
      "result = {i: [i] for i in range(5)}\nresult[2] = Grower('a')\n"
      "def grow(): result.clear()\n");
  EXPECT_TRUE(emptied) << emptied.error().to_string();
  const Result<Value> list =
      read_changing("result = [[1], Grower('a'), [2], [3]]\ndef grow(): del result[1:]\n");
  ASSERT_TRUE(list) << list.error().to_string();
  EXPECT_EQ(list->as<List>()->size(), 2U);
  const Result<Value> growing =
      read_changing("result = [Grower('a')]\ndef grow(): result.append(Grower('a'))\n");
  ASSERT_TRUE(growing) << growing.error().to_string();
  EXPECT_EQ(growing->as<List>()->size(), 1U);
}

// An exception that would end a script is not taken for a value that cannot be converted.
TEST_F(PlainForm, KeepsASystemExitOfItsStr) {
  const PyRef object = exec(R"(
import decimal
class Quitter(decimal.Decimal):
    def __str__(self): raise SystemExit('enough')
result = [Quitter(1)]
)");
  const Result<Value> value = from_python(object.get(), "result");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kScriptRaised);
  EXPECT_EQ(value.error().python_type, "SystemExit");
  EXPECT_EQ(value.error().message, "result[0]: enough");
}

// The limit only counts forms inside of forms.
TEST_F(PlainForm, HasNoLimitSideBySide) {
  const PyRef object =
      exec(std::string(kPrelude) + "result = [decimal.Decimal(i) for i in range(1000)]\n");
  const Result<Value> value = from_python(object.get(), "result");
  ASSERT_TRUE(value) << value.error().to_string();
  EXPECT_EQ(value->as<List>()->size(), 1000U);
  EXPECT_EQ(value->as<List>()->back(), Value("999"));
}

}  // namespace
}  // namespace hookline
