#include "hookline/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>

#include "hookline/error.h"
#include "value_printer.h"

namespace hookline {
namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

TEST(Value, KnowsItsKind) {
  EXPECT_EQ(Value().kind(), Kind::kNone);
  EXPECT_EQ(Value(nullptr).kind(), Kind::kNone);
  EXPECT_TRUE(Value().is_none());
  EXPECT_EQ(Value(true).kind(), Kind::kBool);
  EXPECT_EQ(Value(7).kind(), Kind::kInt);
  EXPECT_EQ(Value(7U).kind(), Kind::kInt);
  EXPECT_EQ(Value(7LL).kind(), Kind::kInt);
  EXPECT_EQ(Value(BigInt{"9223372036854775808"}).kind(), Kind::kBigInt);
  EXPECT_EQ(Value(1.5).kind(), Kind::kDouble);
  EXPECT_EQ(Value("text").kind(), Kind::kStr);
  EXPECT_EQ(Value(Bytes{"raw"}).kind(), Kind::kBytes);
  EXPECT_EQ(Value(List{}).kind(), Kind::kList);
  EXPECT_EQ(Value(Tuple{}).kind(), Kind::kTuple);
  EXPECT_EQ(Value(Set{}).kind(), Kind::kSet);
  EXPECT_EQ(Value(FrozenSet{}).kind(), Kind::kFrozenSet);
  EXPECT_EQ(Value(Dict{}).kind(), Kind::kDict);
  EXPECT_EQ(Value(Handle()).kind(), Kind::kHandle);
}

TEST(Value, NamesKindsAsPythonDoes) {
  EXPECT_EQ(kind_name(Kind::kNone), "NoneType");
  EXPECT_EQ(kind_name(Kind::kBigInt), "int");
  EXPECT_EQ(kind_name(Kind::kDouble), "float");
  EXPECT_EQ(kind_name(Kind::kHandle), "handle");
  EXPECT_EQ(kind_name(static_cast<Kind>(200)), "unknown");
}

TEST(Value, HoldsUnsignedNumbersExactly) {
  EXPECT_EQ(Value(9223372036854775807UL), Value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(Value(9223372036854775808UL), Value(BigInt{"9223372036854775808"}));
  EXPECT_EQ(Value(18446744073709551615UL), Value(BigInt{"18446744073709551615"}));
  EXPECT_EQ(Value(18446744073709551615ULL), Value(BigInt{"18446744073709551615"}));
  EXPECT_EQ(Value(std::uint16_t{65535}), Value(65535));
}

// A char could be meant as a text or as a number.
static_assert(!std::is_constructible_v<Value, char> && !std::is_constructible_v<Argument, char>);
static_assert(std::is_constructible_v<Argument, std::int8_t>);

TEST(Value, IsStrictAboutKinds) {
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value(1), Value(true));
  EXPECT_NE(Value("a"), Value(Bytes{"a"}));
  EXPECT_NE(Value(List{1}), Value(Tuple{{1}}));
  EXPECT_NE(Value(Set{{1}}), Value(FrozenSet{{1}}));
  EXPECT_NE(Value(), Value(0));
}

TEST(Value, ComparesFloatsForRoundTrips) {
  EXPECT_EQ(Value(kNan), Value(-kNan));
  EXPECT_NE(Value(kNan), Value(1.0));
  EXPECT_NE(Value(1.0), Value(kNan));
  EXPECT_EQ(Value(0.0), Value(-0.0));
  EXPECT_EQ(Value(List{kNan}), Value(List{kNan}));
}

TEST(Value, ComparesSetsInAnyOrder) {
  EXPECT_EQ(Value(Set{{1, 2, "x"}}), Value(Set{{"x", 1, 2}}));
  EXPECT_NE(Value(Set{{1, 2}}), Value(Set{{1, 3}}));
  EXPECT_NE(Value(Set{{1, 2}}), Value(Set{{1, 2, 3}}));
  EXPECT_NE(Value(Set{{1, 1, 2}}), Value(Set{{1, 2, 2}}));
  EXPECT_EQ(Value(Set{{kNan, 0.0, Tuple{{1, "a"}}}}), Value(Set{{Tuple{{1, "a"}}, kNan, -0.0}}));
  EXPECT_EQ(Value(FrozenSet{{FrozenSet{{1, 2}}, true, 1}}),
            Value(FrozenSet{{1, true, FrozenSet{{2, 1}}}}));
}

TEST(Value, ComparesDictsInAnyOrder) {
  const Value a = Dict{{{"x", 1}, {"y", List{2, Bytes{"b"}}}, {nullptr, BigInt{"-1"}}}};
  const Value b = Dict{{{"y", List{2, Bytes{"b"}}}, {nullptr, BigInt{"-1"}}, {"x", 1}}};
  EXPECT_EQ(a, b);
  EXPECT_NE(a, Value(Dict{{{"x", 1}, {"y", List{2, Bytes{"b"}}}, {nullptr, BigInt{"-2"}}}}));
  EXPECT_NE(Value(Dict{{{"x", 1}, {"y", 2}}}), Value(Dict{{{"x", 2}, {"y", 1}}}));
}

TEST(Value, ComparesLargeSetsInReasonableTime) {
  Set up;
  Set down;
  constexpr int kCount = 100'000;
  for (int i = 0; i < kCount; ++i) {
    up.items.emplace_back(i);
    down.items.emplace_back(kCount - 1 - i);
  }
  EXPECT_EQ(Value(up), Value(down));
  down.items.back() = -1;
  EXPECT_NE(Value(up), Value(down));
}

TEST(Value, ComparesHandlesByObject) {
  const auto object = std::make_shared<int>(1);
  EXPECT_EQ(Value(Handle(object)), Value(Handle(object)));
  EXPECT_NE(Value(Handle(object)), Value(Handle(std::make_shared<int>(1))));
  EXPECT_EQ(Value(Set{{Handle(object), 1}}), Value(Set{{1, Handle(object)}}));
}

TEST(Value, FindsStrKeysOnly) {
  const Dict dict{{{Bytes{"a"}, 1}, {"a", 2}, {3, 4}}};
  ASSERT_NE(dict.find("a"), nullptr);
  EXPECT_EQ(*dict.find("a"), Value(2));
  EXPECT_EQ(dict.find("b"), nullptr);
  EXPECT_EQ(Dict().find(""), nullptr);
}

// Each kind is moved and copied into each other kind. Plain kinds take another way than the rest.
TEST(Value, MovesAndCopiesWhateverItHolds) {
  const std::vector<Value> all{Value(),
                               Value(true),
                               Value(5),
                               Value(BigInt{"123456789012345678901"}),
                               Value(0.5),
                               Value("a text that is longer than a short one"),
                               Value(Bytes{"b"}),
                               Value(List{1, "x"}),
                               Value(Tuple{{1}}),
                               Value(Set{{1}}),
                               Value(FrozenSet{{1}}),
                               Value(Dict{{{Value("k"), Value(1)}}}),
                               Value(Handle(std::make_shared<int>(1)))};
  for (const Value& from : all) {
    Value constructed(from);
    EXPECT_EQ(Value(std::move(constructed)), from);
    for (const Value& to : all) {
      Value moved_to(to);
      Value moved_from(from);
      moved_to = std::move(moved_from);
      EXPECT_EQ(moved_to, from);
      Value copied_to(to);
      copied_to = from;
      EXPECT_EQ(copied_to, from);
    }
  }
}

TEST(Value, AssignTextReusesItsStorage) {
  Value value(std::string(100, 'x'));
  const char* storage = value.as<std::string>()->data();
  value.assign_text("short");
  EXPECT_EQ(value, Value("short"));
  EXPECT_EQ(value.as<std::string>()->data(), storage);
  Value number(5);
  number.assign_text("now text");
  EXPECT_EQ(number, Value("now text"));
}

struct ReprCase {
  Value value;
  std::string repr;
};

class ValueRepr : public testing::TestWithParam<ReprCase> {};

TEST_P(ValueRepr, IsPythons) { EXPECT_EQ(GetParam().value.repr(), GetParam().repr); }

INSTANTIATE_TEST_SUITE_P(
    All, ValueRepr,
    testing::Values(
        ReprCase{nullptr, "None"}, ReprCase{true, "True"}, ReprCase{false, "False"},
        ReprCase{-5, "-5"}, ReprCase{BigInt{"-99999999999999999999"}, "-99999999999999999999"},
        ReprCase{1.0, "1.0"}, ReprCase{-0.0, "-0.0"}, ReprCase{kInfinity, "inf"},
        ReprCase{kNan, "nan"}, ReprCase{"plain", "'plain'"}, ReprCase{"it's", "\"it's\""},
        ReprCase{"'\"", R"('\'"')"}, ReprCase{"a\n\r\t\\\x01\x7f", R"('a\n\r\t\\\x01\x7f')"},
        ReprCase{"\xc3\xa9\xf0\x9f\x98\x80", "'\xc3\xa9\xf0\x9f\x98\x80'"},
        ReprCase{"\xed\xa0\x80", R"('\ud800')"}, ReprCase{"\xff!", R"('\xff!')"},
        ReprCase{Bytes{std::string("\0a\xff'", 4)}, R"(b"\x00a\xff'")"},
        ReprCase{List{1, "a"}, "[1, 'a']"}, ReprCase{List{}, "[]"}, ReprCase{Tuple{}, "()"},
        ReprCase{Tuple{{1}}, "(1,)"}, ReprCase{Tuple{{1, 2}}, "(1, 2)"}, ReprCase{Set{}, "set()"},
        ReprCase{Set{{1, 2}}, "{1, 2}"}, ReprCase{FrozenSet{}, "frozenset()"},
        ReprCase{FrozenSet{{1}}, "frozenset({1})"}, ReprCase{Dict{}, "{}"},
        ReprCase{Dict{{{"k", List{}}, {2, nullptr}}}, "{'k': [], 2: None}"},
        ReprCase{Handle(), "<handle>"}));

TEST(Error, HasAName) {
  EXPECT_EQ(error_name(ErrorCode::kScriptRaised), "script_raised");
  EXPECT_EQ(error_name(ErrorCode::kShuttingDown), "shutting_down");
  EXPECT_EQ(error_name(static_cast<ErrorCode>(250)), "unknown_error");
}

TEST(Error, FitsOnALine) {
  const Error raised{ErrorCode::kScriptRaised, "no such user", "ValueError", "Traceback..."};
  EXPECT_EQ(raised.to_string(), "script_raised: ValueError: no such user");
  EXPECT_EQ((Error{ErrorCode::kScriptRaised, "", "KeyError", ""}).to_string(),
            "script_raised: KeyError");
  EXPECT_EQ(fail(ErrorCode::kDropped, "too many").error().to_string(), "dropped: too many");
}

}  // namespace
}  // namespace hookline
