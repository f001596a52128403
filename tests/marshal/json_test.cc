#include "marshal/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "value_printer.h"

namespace hookline {

using namespace detail;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

struct Case {
  std::string json;
  Value value;
};

class JsonBothWays : public testing::TestWithParam<Case> {};

TEST_P(JsonBothWays, ReadsAndWrites) {
  const auto& [json, value] = GetParam();
  const Result<Value> read = from_json(json);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, value) << read->repr();
  EXPECT_EQ(to_json(value), json);
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonBothWays,
    testing::Values(
        Case{"null", nullptr}, Case{"true", true}, Case{"false", false}, Case{"0", 0},
        Case{"-17", -17}, Case{"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        Case{"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
        Case{"9223372036854775808", BigInt{"9223372036854775808"}},
        Case{"18446744073709551615", BigInt{"18446744073709551615"}},
        Case{"-9223372036854775809", BigInt{"-9223372036854775809"}},
        Case{std::string(5000, '7'), BigInt{std::string(5000, '7')}}, Case{"1.0", 1.0},
        Case{"-0.0", -0.0}, Case{"1e+16", 1e16}, Case{"5e-324", 5e-324}, Case{"\"\"", ""},
        Case{R"("a\"\\\b\f\n\r\t\u0001\u0000")", std::string("a\"\\\b\f\n\r\t\x01\0", 10)},
        Case{"\"\xc3\xa9\xf0\x9f\x98\x80\x7f\"", "\xc3\xa9\xf0\x9f\x98\x80\x7f"},
        Case{R"("\ud800 \udfff")", "\xed\xa0\x80 \xed\xbf\xbf"}, Case{"[]", List{}},
        Case{"[1,[2,\"x\"],{}]", List{1, List{2, "x"}, Dict{}}}, Case{"{}", Dict{}},
        Case{R"({"b":1,"a":[null],"":{"c":2.5}})",
             Dict{{{"b", 1}, {"a", List{nullptr}}, {"", Dict{{{"c", 2.5}}}}}}}));

class JsonRead : public testing::TestWithParam<Case> {};

TEST_P(JsonRead, IsUnderstood) {
  const Result<Value> read = from_json(GetParam().json);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, GetParam().value) << read->repr();
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonRead,
    testing::Values(Case{" \t\r\n [ 1 , { \"a\" : 2 } ] \n", List{1, Dict{{{"a", 2}}}}},
                    Case{"-0", 0}, Case{"1E2", 100.0}, Case{"1.5e+1", 15.0}, Case{"12e-1", 1.2},
                    Case{"1e-999", 0.0}, Case{"-0.00001e-400", -0.0},
                    Case{"0." + std::string(400, '0') + "1e402", 10.0},
                    Case{"1e-99999999999999999999", 0.0}, Case{"0e99999999999999999999", 0.0},
                    Case{R"("\u00e9\uD83D\uDE00\/")", "\xc3\xa9\xf0\x9f\x98\x80/"},
                    Case{R"("\ud83dx\ud83d\u0041")",
                         "\xed\xa0\xbdx\xed\xa0\xbd"
                         "A"},
                    Case{R"({"a":1,"b":2,"a":3,"c":4,"a":5})",
                         Dict{{{"a", 5}, {"b", 2}, {"c", 4}}}}));

TEST(JsonRead, KeepsTheSignOfZero) {
  EXPECT_TRUE(std::signbit(*from_json("-0.0")->as<double>()));
  EXPECT_TRUE(std::signbit(*from_json("-1e-999")->as<double>()));
}

TEST(JsonRead, KeepsARepeatedKeyInItsFirstPlace) {
  const Result<Value> read = from_json(R"({"a":1,"b":2,"a":3})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->repr(), "{'a': 3, 'b': 2}");
}

struct Malformed {
  std::string json;
  std::string message;
};

class JsonError : public testing::TestWithParam<Malformed> {};

TEST_P(JsonError, SaysWhere) {
  const Result<Value> read = from_json(GetParam().json);
  ASSERT_FALSE(read) << read->repr();
  EXPECT_EQ(read.error().code, ErrorCode::kBadArguments);
  EXPECT_EQ(read.error().message, "JSON, " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonError,
    testing::Values(
        Malformed{"", "line 1, column 1: the text ends here, expected a value"},
        Malformed{"[1,\n2,]", "line 2, column 3: expected a value"},
        Malformed{"[1 2]", "line 1, column 4: expected ',' or ']'"},
        Malformed{"[1", "line 1, column 3: the text ends here, expected ',' or ']'"},
        Malformed{"{1:2}", "line 1, column 2: expected a key in double quotes"},
        Malformed{"{\"a\" 1}", "line 1, column 6: expected ':'"},
        Malformed{"{\"a\":1 \"b\"}", "line 1, column 8: expected ',' or '}'"},
        Malformed{"{\"a\":1,}", "line 1, column 8: expected a key in double quotes"},
        Malformed{"nul", "line 1, column 1: expected a value"},
        Malformed{"NaN", "line 1, column 1: expected a value"},
        Malformed{"-Infinity", "line 1, column 2: expected a digit"},
        Malformed{"1 2", "line 1, column 3: nothing may follow the value"},
        Malformed{"01", "line 1, column 2: nothing may follow the value"},
        Malformed{"+1", "line 1, column 1: expected a value"},
        Malformed{"1.", "line 1, column 3: the text ends here, expected a digit"},
        Malformed{".5", "line 1, column 1: expected a value"},
        Malformed{"1e", "line 1, column 3: the text ends here, expected a digit"},
        Malformed{"1e999", "line 1, column 1: the number is too large for a float"},
        Malformed{"1e99999999999999999999",
                  "line 1, column 1: the number is too large for a float"},
        Malformed{"\"abc", "line 1, column 5: the text ends here, the string does not end"},
        Malformed{"\"a\nb\"",
                  "line 1, column 3: a control character in a string has to be escaped"},
        Malformed{R"("\x")", "line 1, column 3: unknown escape"},
        Malformed{"\"\\", "line 1, column 3: the text ends here, unknown escape"},
        Malformed{R"("\u12g4")", "line 1, column 4: expected four hex digits"},
        Malformed{R"("\u12)", "line 1, column 4: expected four hex digits"},
        Malformed{"\"\xff\"", "line 1, column 2: not valid UTF-8"},
        Malformed{"[\n\"\xc3\xa9\xf0\x9f\x98\x80\" x]", "line 2, column 6: expected ',' or ']'"},
        Malformed{"\xef\xbb\xbf[]", "line 1, column 1: JSON may not begin with a byte order mark"},
        Malformed{"\"\xed\xa0\x80\"", "line 1, column 2: not valid UTF-8"},
        Malformed{std::string("\0", 1), "line 1, column 1: expected a value"},
        Malformed{std::string("\"\\\0\"", 4), "line 1, column 3: unknown escape"}));

TEST(JsonDepth, IsLimitedBothWays) {
  EXPECT_TRUE(from_json(nested(64)));
  const Result<Value> deep = from_json(nested(65));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::kValueTooDeep);
  EXPECT_EQ(deep.error().message, "JSON, line 1, column 65: nested deeper than 64 levels");
  EXPECT_EQ(from_json(nested(100'000), 1'000'000'000).error().code, ErrorCode::kValueTooDeep);

  const Result<Value> most = from_json(nested(1000), 1000);
  ASSERT_TRUE(most);
  EXPECT_TRUE(to_json(*most, 1000));
  const Result<std::string> text = to_json(*most, 2);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kValueTooDeep);
  EXPECT_EQ(text.error().message, "value[0][0]: nested deeper than 2 levels");
  EXPECT_TRUE(to_json(Value(5), 0));
  EXPECT_FALSE(to_json(Value(List{}), 0));
}

TEST(JsonWrite, FlattensWhatJsonDoesNotTellApart) {
  EXPECT_EQ(to_json(Tuple{{1, Set{{2}}, FrozenSet{{3}}}}), "[1,[2],[3]]");
}

TEST(JsonWrite, TurnsKeysIntoText) {
  EXPECT_EQ(to_json(Dict{
                {{1, 1}, {true, 2}, {nullptr, 3}, {1.5, 4}, {BigInt{"99999999999999999999"}, 5}}}),
            R"({"1":1,"true":2,"null":3,"1.5":4,"99999999999999999999":5})");
}

struct Unwritable {
  Value value;
  ErrorCode code;
  std::string message;
};

class JsonWriteError : public testing::TestWithParam<Unwritable> {};

TEST_P(JsonWriteError, NamesThePath) {
  const Result<std::string> text = to_json(GetParam().value);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, GetParam().code);
  EXPECT_EQ(text.error().message, GetParam().message);
}

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

INSTANTIATE_TEST_SUITE_P(
    All, JsonWriteError,
    testing::Values(
        Unwritable{Dict{{{"users", List{1, 2, 3, Bytes{"x"}}}}}, ErrorCode::kUnsupportedType,
                   "value.users[3]: JSON has no bytes"},
        Unwritable{Handle(), ErrorCode::kUnsupportedType, "value: JSON has no handles"},
        Unwritable{List{kNan}, ErrorCode::kBadArguments, "value[0]: JSON has no nan"},
        Unwritable{Dict{{{"not a name", -kInfinity}}}, ErrorCode::kBadArguments,
                   "value['not a name']: JSON has no -inf"},
        Unwritable{Dict{{{kNan, 1}}}, ErrorCode::kBadArguments, "value.keys()[0]: JSON has no nan"},
        Unwritable{Dict{{{1, 1}, {Tuple{{1}}, 1}}}, ErrorCode::kUnsupportedType,
                   "value.keys()[1]: a JSON key cannot be a tuple"},
        Unwritable{Dict{{{7, BigInt{"x"}}}}, ErrorCode::kBadArguments,
                   "value[7]: a big int has to be decimal digits"},
        Unwritable{Dict{{{std::string(200, 'k'), "ab\xff"}}}, ErrorCode::kEncodingError,
                   "value." + std::string(80, 'k') + "...: not valid UTF-8 at byte 2"}));

TEST(JsonDepth, DoesNotCountWhatIsSideBySide) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) {
    text += i % 2 == 0 ? "{}," : "[],";
  }
  text += "{}]";
  const Result<Value> value = from_json(text, 2);
  ASSERT_TRUE(value) << value.error().to_string();
  EXPECT_EQ(value->as<List>()->size(), 1001U);
  EXPECT_EQ(from_json(text, 1).error().code, ErrorCode::kValueTooDeep);
}

}  // namespace
}  // namespace hookline
