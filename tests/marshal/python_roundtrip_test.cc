#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "marshal/python.h"
#include "python_fixture.h"
#include "value_printer.h"

namespace hookline {

using namespace detail;

namespace {

using RoundTrip = PythonTest;

// There is a Python expression for every kind and corner. Each becomes a value and comes back as an
// equal object of the same type.
constexpr auto kExpressions = std::to_array<std::string_view>({
    "None",
    "True",
    "False",
    "0",
    "-1",
    "2**63 - 1",
    "-2**63",
    "2**63",
    "-2**63 - 1",
    "2**64",
    "10**18",
    "-10**40",
    "10**4999 + 7",
    "-(10**5000) + 1",
    "0.0",
    "-0.0",
    "1.5",
    "5e-324",
    "1.7976931348623157e308",
    "float('inf')",
    "-float('inf')",
    "''",
    "'text'",
    "'a\\0b'",
    R"('\xe9\u20ac\U0001f600')",
    R"('\ud800')",
    R"('\udfff\ud800 \udc80')",
    R"('\ud83d\ude00')",
    "b''",
    "b'a\\0\\xff'",
    "bytes(range(256))",
    "[]",
    "[1, [2, [3, []]], 'x']",
    "()",
    "(1,)",
    "((), [()], {()})",
    "set()",
    "{1, 'a', (2, 3), frozenset([4])}",
    "frozenset()",
    "frozenset([1, frozenset(), b'x', None])",
    "{}",
    "{'a': 1, 'b': {'c': []}}",
    "{1: 1, 2.5: 2, None: 3, 'x': 4, b'x': 5, (1, (2, 'y')): 6, frozenset([1]): 7, True + 1: 8}",
    "{'z': 1, 'a': 2, 'm': 3}",
    R"({'\ud800': '\udc00'})",
    "[(x, [x]) for x in [[1, 2]] for _ in range(3)]",
});

TEST_F(RoundTrip, KeepsEveryKindFromPython) {
  for (const std::string_view expression : kExpressions) {
    const PyRef object = eval(expression);
    const Result<Value> value = from_python(object.get(), "value");
    ASSERT_TRUE(value) << expression << value.error().to_string();
    const Result<PyRef> back = to_python(*value, "value");
    ASSERT_TRUE(back) << expression << back.error().to_string();
    EXPECT_EQ(Py_TYPE(back->get()), Py_TYPE(object.get())) << expression;
    EXPECT_TRUE(equal(back->get(), object.get())) << expression;
    const Result<Value> again = from_python(back->get(), "value");
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, *value) << expression;
  }
}

Value value_of(const PyRef& object) {
  Result<Value> value = from_python(object.get(), "value");
  EXPECT_TRUE(value) << value.error().to_string();
  return value ? *value : Value("<error>");
}

TEST_F(RoundTrip, GivesTheKindsThatValueDocuments) {
  EXPECT_EQ(value_of(eval("2**63 - 1")), Value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(value_of(eval("2**63")), Value(BigInt{"9223372036854775808"}));
  EXPECT_EQ(value_of(eval("-2**63 - 1")), Value(BigInt{"-9223372036854775809"}));
  EXPECT_EQ(value_of(eval("True")), Value(true));
  EXPECT_EQ(value_of(eval("'a\\0b'")), Value(std::string("a\0b", 3)));
  EXPECT_EQ(value_of(eval("'\\ud800'")), Value("\xed\xa0\x80"));
  EXPECT_EQ(value_of(eval("{'a': (1, [b'x'])}")),
            Value(Dict{{{"a", Tuple{{1, List{Bytes{"x"}}}}}}}));
}

TEST_F(RoundTrip, KeepsInsertionOrder) {
  EXPECT_EQ(value_of(eval("{'z': 1, 'a': 2, 3: 4}")).repr(), "{'z': 1, 'a': 2, 3: 4}");
  const Result<PyRef> dict = to_python(Dict{{{"z", 1}, {"a", 2}, {3, 4}}}, "value");
  EXPECT_EQ(repr(dict->get()), "{'z': 1, 'a': 2, 3: 4}");
}

TEST_F(RoundTrip, KeepsNanAndTheSignOfZero) {
  EXPECT_TRUE(std::isnan(*value_of(eval("float('nan')")).as<double>()));
  EXPECT_TRUE(std::signbit(*value_of(eval("-0.0")).as<double>()));
  EXPECT_EQ(repr(to_python(-0.0, "value")->get()), "-0.0");
  EXPECT_EQ(repr(to_python(std::numeric_limits<double>::quiet_NaN(), "value")->get()), "nan");
  const PyRef nans = eval("{float('nan'), float('nan')}");
  EXPECT_EQ(repr(to_python(value_of(nans), "value")->get()), "{nan, nan}");
}

TEST_F(RoundTrip, ConvertsBigIntsBeyondPythonsLimitForText) {
  const std::string digits = "-9" + std::string(5000, '8');
  const Result<PyRef> object = to_python(BigInt{digits}, "value");
  ASSERT_TRUE(object) << object.error().to_string();
  EXPECT_TRUE(equal(object->get(), eval("-(9 * 10**5000 + 8 * (10**5000 - 1) // 9)").get()));
  EXPECT_EQ(value_of(*object), Value(BigInt{digits}));
}

TEST_F(RoundTrip, TakesABigIntThatIsSmall) {
  EXPECT_EQ(value_of(*to_python(BigInt{"-12"}, "value")), Value(-12));
  EXPECT_EQ(value_of(*to_python(BigInt{"0"}, "value")), Value(0));
}

TEST_F(RoundTrip, KeepsSharedParts) {
  EXPECT_EQ(value_of(exec("part = [1]\nresult = [part, part, (part, {2: part})]")).repr(),
            "[[1], [1], ([1], {2: [1]})]");
}

}  // namespace
}  // namespace hookline
