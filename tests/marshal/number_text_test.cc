#include "marshal/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace hookline {

using namespace detail;

namespace {

TEST(DoubleRepr, IsPythons) {
  EXPECT_EQ(double_repr(0.0), "0.0");
  EXPECT_EQ(double_repr(-0.0), "-0.0");
  EXPECT_EQ(double_repr(1.0), "1.0");
  EXPECT_EQ(double_repr(0.1), "0.1");
  EXPECT_EQ(double_repr(123.456), "123.456");
  EXPECT_EQ(double_repr(0.0001), "0.0001");
  EXPECT_EQ(double_repr(0.00001), "1e-05");
  EXPECT_EQ(double_repr(0.000123), "0.000123");
  EXPECT_EQ(double_repr(1.5e-7), "1.5e-07");
  EXPECT_EQ(double_repr(1e15), "1000000000000000.0");
  EXPECT_EQ(double_repr(123456789012345680.0), "1.2345678901234568e+17");
  EXPECT_EQ(double_repr(1e16), "1e+16");
  EXPECT_EQ(double_repr(-1e300), "-1e+300");
  EXPECT_EQ(double_repr(5e-324), "5e-324");
  EXPECT_EQ(double_repr(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(double_repr(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(double_repr(-std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(DoubleRepr, ReadsBackAsTheSameBits) {
  std::mt19937_64 random(1);  // NOLINT(*-msc51-cpp): the same numbers in every run
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (std::isnan(number)) {
      continue;
    }
    const double back = std::strtod(double_repr(number).c_str(), nullptr);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(number));
  }
}

TEST(DecimalInteger, IsRecognized) {
  EXPECT_TRUE(is_decimal_integer("0"));
  EXPECT_TRUE(is_decimal_integer("-12"));
  EXPECT_FALSE(is_decimal_integer(""));
  EXPECT_FALSE(is_decimal_integer("-"));
  EXPECT_FALSE(is_decimal_integer("+1"));
  EXPECT_FALSE(is_decimal_integer("01"));
  EXPECT_FALSE(is_decimal_integer("1x"));
  EXPECT_FALSE(is_decimal_integer(" 1"));
}

TEST(Bases, ConvertSmallNumbers) {
  EXPECT_EQ(decimal_to_hex("0"), "0");
  EXPECT_EQ(decimal_to_hex("255"), "ff");
  EXPECT_EQ(decimal_to_hex("4294967296"), "100000000");
  EXPECT_EQ(decimal_to_hex("18446744073709551616"), "10000000000000000");
  EXPECT_EQ(hex_to_decimal("0"), "0");
  EXPECT_EQ(hex_to_decimal("00ff"), "255");
  EXPECT_EQ(hex_to_decimal("10000000000000000"), "18446744073709551616");
  EXPECT_EQ(hex_to_decimal("3b9aca00"), "1000000000");
}

TEST(Bases, ConvertBackAndForth) {
  std::mt19937_64 random(2);  // NOLINT(*-msc51-cpp)
  for (std::size_t length = 1; length < 200; ++length) {
    std::string decimal(length, '0');
    for (char& digit : decimal) {
      digit = static_cast<char>('0' + random() % 10);
    }
    decimal.front() = '7';
    ASSERT_EQ(hex_to_decimal(decimal_to_hex(decimal)), decimal);
  }
}

}  // namespace
}  // namespace hookline
