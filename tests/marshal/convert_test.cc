#include "hookline/convert.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "value_printer.h"

namespace hookline {

enum class Level : std::uint8_t { kGuest = 0, kUser = 1, kOperator = 3 };
template <>
struct Enumerators<Level> {
  static constexpr auto kAll = std::to_array({Level::kGuest, Level::kUser, Level::kOperator});
};

struct User {
  std::string nick;
  std::int64_t share = 7;
  std::optional<std::string> country;
  Level level = Level::kGuest;
  friend bool operator==(const User&, const User&) = default;
};
template <>
struct Fields<User> {
  static constexpr auto kAll =
      std::tuple{field("nick", &User::nick), optional_field("share", &User::share),
                 optional_field("country", &User::country), optional_field("level", &User::level)};
};

struct Room {
  std::vector<User> users;
  std::map<std::string, Room> rooms;
  friend bool operator==(const Room&, const Room&) = default;
};
template <>
struct Fields<Room> {
  static constexpr auto kAll =
      std::tuple{field("users", &Room::users), optional_field("rooms", &Room::rooms)};
};

// This type has a converter of its own.
struct Colour {
  int red = 0;
};
template <>
struct Converter<Colour> {
  static std::string name() { return "str"; }
  static Value write(const Colour& colour) { return std::to_string(colour.red); }
  static Result<Colour> read(const Value& value, const ValuePath& at) {
    const Result<std::string> text = from_value<std::string>(value, at);
    if (!text) {
      return std::unexpected(text.error());
    }
    return Colour{.red = static_cast<int>(text->size())};
  }
};

namespace {

// Expects that `content` becomes the value `expected`, and that this becomes `content` again.
template <class T>
void expect_round_trip(const T& content, const Value& expected) {
  const Value value = to_value(content);
  EXPECT_EQ(value, expected);
  const Result<T> back = from_value<T>(value);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(*back, content) << value.repr();
}

template <class T>
void expect_error(const Value& value, std::string_view message) {
  const Result<T> content = from_value<T>(value);
  ASSERT_FALSE(content) << value.repr();
  EXPECT_EQ(content.error().code, ErrorCode::kBadArguments);
  EXPECT_EQ(content.error().message, message);
}

template <class T>
void expect_limits() {
  using Limits = std::numeric_limits<T>;
  expect_round_trip<T>(Limits::max(), static_cast<std::int64_t>(Limits::max()));
  expect_round_trip<T>(Limits::min(), static_cast<std::int64_t>(Limits::min()));
}

TEST(Convert, KeepsEveryIntWithinItsLimits) {
  expect_limits<signed char>();
  expect_limits<unsigned char>();
  expect_limits<std::int16_t>();
  expect_limits<std::uint16_t>();
  expect_limits<int>();
  expect_limits<unsigned>();
  expect_limits<long>();
  expect_limits<long long>();
  expect_round_trip<std::uint64_t>(0, 0);
  expect_round_trip<std::uint64_t>(std::numeric_limits<std::int64_t>::max(),
                                   std::numeric_limits<std::int64_t>::max());
  expect_round_trip<std::uint64_t>(std::numeric_limits<std::uint64_t>::max(),
                                   BigInt{"18446744073709551615"});
  expect_round_trip<unsigned long long>(1ULL << 63U, BigInt{"9223372036854775808"});
}

TEST(Convert, RefusesAnIntThatDoesNotFit) {
  expect_error<signed char>(128, "result: expected an int from -128 to 127, got 128");
  expect_error<std::uint8_t>(-1, "result: expected an int from 0 to 255, got -1");
  expect_error<int>(std::int64_t{1} << 40,
                    "result: expected an int from -2147483648 to 2147483647, got 1099511627776");
  expect_error<long>(BigInt{"9223372036854775808"},
                     "result: expected an int from -9223372036854775808 to 9223372036854775807, "
                     "got 9223372036854775808");
  expect_error<std::uint64_t>(-1, "result: expected an int from 0 to 18446744073709551615, got -1");
  expect_error<std::uint64_t>(BigInt{"18446744073709551616"},
                              "result: expected an int from 0 to 18446744073709551615, got "
                              "18446744073709551616");
  expect_error<std::uint64_t>(BigInt{std::string(5000, '9')},
                              "result: expected an int from 0 to 18446744073709551615, got an int "
                              "of 5000 digits");
}

TEST(Convert, RefusesABigIntThatIsNotAllDigits) {
  expect_error<std::uint64_t>(BigInt{"12x"},
                              "result: expected an int from 0 to 18446744073709551615, got 12x");
}

TEST(Convert, ConvertsNothingThatWouldChange) {
  expect_error<int>(1.0, "result: expected int, got float");
  expect_error<int>(true, "result: expected int, got bool");
  expect_error<int>("1", "result: expected int, got str");
  expect_error<int>(nullptr, "result: expected int, got None");
  expect_error<bool>(1, "result: expected bool, got int");
  expect_error<std::string>(Bytes{"x"}, "result: expected str, got bytes");
  expect_error<Bytes>("x", "result: expected bytes, got str");
  expect_error<std::nullptr_t>(0, "result: expected None, got int");
  expect_error<double>("1", "result: expected float, got str");
  expect_error<double>(BigInt{"9223372036854775808"}, "result: expected float, got int");
  expect_error<BigInt>(2.0, "result: expected int, got float");
}

TEST(Convert, TakesAnIntAsAFloatThatHoldsIt) {
  EXPECT_EQ(from_value<double>(3), 3.0);
  EXPECT_EQ(from_value<double>(std::int64_t{1} << 60), 0x1p60);
  EXPECT_EQ(from_value<double>(std::numeric_limits<std::int64_t>::min()), -0x1p63);
  expect_error<double>((std::int64_t{1} << 53) + 1,
                       "result: expected float, got 9007199254740993, which no float holds");
  expect_error<double>(std::numeric_limits<std::int64_t>::max(),
                       "result: expected float, got 9223372036854775807, which no float holds");
  EXPECT_EQ(from_value<float>(0.1), 0.1F);
  EXPECT_EQ(from_value<float>(std::numeric_limits<double>::infinity()),
            std::numeric_limits<float>::infinity());
  expect_error<float>(1e300, "result: expected a float of 32 bits, got 1e+300");
  expect_error<float>(-1e300, "result: expected a float of 32 bits, got -1e+300");
}

TEST(Convert, KeepsScalars) {
  expect_round_trip(true, true);
  expect_round_trip(2.5, 2.5);
  expect_round_trip(2.5F, 2.5);
  expect_round_trip(std::string("a\0b", 3), std::string("a\0b", 3));
  expect_round_trip(Bytes{"\xff"}, Bytes{"\xff"});
  expect_round_trip(BigInt{"9223372036854775808"}, BigInt{"9223372036854775808"});
  expect_round_trip(nullptr, nullptr);
  expect_round_trip(std::monostate(), nullptr);
  expect_round_trip(Value(5), 5);
  expect_round_trip(Level::kOperator, 3);
  EXPECT_EQ(from_value<BigInt>(-5), BigInt{"-5"});
  EXPECT_EQ(to_value(std::string_view("text")), Value("text"));
  EXPECT_EQ(to_value("text"), Value("text"));
  const Handle handle(std::make_shared<int>(1));
  expect_round_trip(handle, handle);
}

TEST(Convert, KeepsContainers) {
  expect_round_trip(std::vector<std::string>{"a", "b"}, List{"a", "b"});
  expect_round_trip(std::vector<bool>{true, false}, List{true, false});
  expect_round_trip(std::array{1, 2, 3}, List{1, 2, 3});
  expect_round_trip(std::set<std::string>{"a", "b"}, Set{{"a", "b"}});
  expect_round_trip(std::unordered_set<int>{1, 2}, Set{{1, 2}});
  expect_round_trip(std::map<std::string, int>{{"a", 1}, {"b", 2}}, Dict{{{"a", 1}, {"b", 2}}});
  expect_round_trip(std::unordered_map<int, std::string>{{1, "a"}}, Dict{{{1, "a"}}});
  expect_round_trip(std::map<std::string, Value>{{"a", List{1}}}, Dict{{{"a", List{1}}}});
  expect_round_trip(std::pair<int, std::string>{1, "a"}, Tuple{{1, "a"}});
  expect_round_trip(std::tuple<int, double, Bytes>{1, 2.5, {"x"}}, Tuple{{1, 2.5, Bytes{"x"}}});
  expect_round_trip(std::tuple<>(), Tuple{});
  expect_round_trip(std::optional<int>(5), 5);
  expect_round_trip(std::optional<int>(), nullptr);
  expect_round_trip(List{1, "a"}, List{1, "a"});
  expect_round_trip(Tuple{{1}}, Tuple{{1}});
  expect_round_trip(Set{{1}}, Set{{1}});
  expect_round_trip(FrozenSet{{1}}, FrozenSet{{1}});
  expect_round_trip(Dict{{{1, 2}}}, Dict{{{1, 2}}});
  expect_round_trip(
      std::vector<std::map<std::string, std::vector<std::optional<int>>>>{
          {{"a", {1, std::nullopt}}}},
      List{Dict{{{"a", List{1, nullptr}}}}});
}

TEST(Convert, ReadsEitherKindOfSequenceAndOfSet) {
  EXPECT_EQ(from_value<std::vector<int>>(Tuple{{1, 2}}), (std::vector{1, 2}));
  EXPECT_EQ((from_value<std::pair<int, int>>(List{1, 2})), (std::pair{1, 2}));
  EXPECT_EQ(from_value<std::set<int>>(FrozenSet{{1}}), std::set{1});
}

TEST(Convert, KeepsTheAlternativeOfAVariant) {
  using Number = std::variant<std::int64_t, double, std::string>;
  expect_round_trip(Number(std::int64_t{1}), 1);
  expect_round_trip(Number(1.0), 1.0);
  expect_round_trip(Number("x"), "x");
  expect_error<Number>(List{}, "result: expected int or float or str, got list");
}

TEST(Convert, NamesThePlaceOfWhatIsWrong) {
  const Value value = Dict{{{"users", List{1, 2, 3, "four"}}}};
  expect_error<std::map<std::string, std::vector<int>>>(value,
                                                        "result.users[3]: expected int, got str");
  expect_error<std::map<int, Value>>(value, "result.keys()[0]: expected int, got str");
  expect_error<std::vector<int>>(Dict{}, "result: expected list, got dict");
  expect_error<std::set<int>>(List{1}, "result: expected set, got list");
  expect_error<std::map<int, int>>(List{}, "result: expected dict, got list");
  expect_error<std::set<std::string>>(Set{{1}}, "result[0]: expected str, got int");
  expect_error<std::tuple<int, std::string>>(Tuple{{1, 2}}, "result[1]: expected str, got int");
  expect_error<std::optional<std::vector<int>>>(List{1, nullptr},
                                                "result[1]: expected int, got None");
  EXPECT_EQ(from_value<int>("x", "args[2]").error().message, "args[2]: expected int, got str");
}

TEST(Convert, ShortensALongKey) {
  const auto error_of = [](const std::string& key) {
    return from_value<std::map<std::string, int>>(Dict{{{key, "x"}}}).error().message;
  };
  const std::string longest(80, 'k');
  EXPECT_EQ(error_of(longest), "result." + longest + ": expected int, got str");
  EXPECT_EQ(error_of(longest + 'k'), "result." + longest + "...: expected int, got str");
  // The quote is the first byte, and the letter is the 80th and 81st.
  const std::string plain(78, 'k');
  EXPECT_EQ(error_of(plain + "\u00e9"), "result['" + plain + "...]: expected int, got str");
}

TEST(Convert, CountsItems) {
  expect_error<std::array<int, 3>>(List{1, 2}, "result: expected list of 3 items, got one of 2");
  expect_error<std::pair<int, int>>(Tuple{{1}}, "result: expected tuple of 2 items, got one of 1");
  expect_error<std::pair<int, int>>(List{1, 2, 3},
                                    "result: expected tuple of 2 items, got one of 3");
  expect_error<std::tuple<int>>(List{}, "result: expected tuple of 1 item, got one of 0");
  expect_error<std::tuple<>>("", "result: expected tuple, got str");
}

TEST(Convert, KeepsStructs) {
  const User ann{.nick = "ann", .share = 1, .country = "NL", .level = Level::kUser};
  const Dict ann_dict{{{"nick", "ann"}, {"share", 1}, {"country", "NL"}, {"level", 1}}};
  expect_round_trip(ann, ann_dict);
  const Room room{.users = {ann}, .rooms = {{"inner", {}}}};
  expect_round_trip(
      room, Dict{{{"users", List{ann_dict}},
                  {"rooms", Dict{{{"inner", Dict{{{"users", List{}}, {"rooms", Dict{}}}}}}}}}});
}

TEST(Convert, ReadsAStructByItsFields) {
  EXPECT_EQ(from_value<User>(Dict{{{"other", 1}, {"nick", "bob"}}}), User{.nick = "bob"});
  EXPECT_EQ(from_value<User>(Tuple{{"bob", 5, nullptr, 3}}),
            (User{.nick = "bob", .share = 5, .country = {}, .level = Level::kOperator}));
  expect_error<User>(Dict{}, "result.nick: expected str, got no such key");
  expect_error<User>(Dict{{{1, 2}}}, "result.nick: expected str, got no such key");
  expect_error<User>("x", "result: expected dict, got str");
  expect_error<User>(Tuple{{"bob"}}, "result: expected tuple of 4 items, got one of 1");
  expect_error<Room>(Dict{{{"users", List{Dict{{{"nick", "a"}, {"country", 5}}}}}}},
                     "result.users[0].country: expected str, got int");
  expect_error<Room>(List{List{Tuple{{1, 2, 3, 4}}}, Dict{}},
                     "result[0][0][0]: expected str, got int");
}

TEST(Convert, RefusesANumberThatIsNoEnumerator) {
  expect_error<Level>(2, "result: expected one of 0, 1, 3, got 2");
  expect_error<Level>(300, "result: expected an int from 0 to 255, got 300");
  expect_error<Level>("kUser", "result: expected int, got str");
}

TEST(Convert, CanBeToldOfAnyType) {
  EXPECT_EQ(to_value(std::vector<Colour>{{.red = 3}}), Value(List{"3"}));
  EXPECT_EQ(from_value<Colour>("abc").value().red, 3);
  expect_error<std::vector<Colour>>(List{1}, "result[0]: expected str, got int");
}

struct Stranger {};
static_assert(!Readable<Stranger> && !Writable<Stranger>);
static_assert(!Readable<char> && !Writable<char>);
static_assert(!Readable<std::string_view> && Writable<std::string_view>);
static_assert(!Readable<long double> && !Writable<void*>);

}  // namespace
}  // namespace hookline
