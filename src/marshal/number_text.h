#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hookline::detail {

// The most decimal digits of an int that to_python and from_python convert. Between bases the work
// is quadratic: this many take about a third of a second, ten times as many would take half a
// minute.
inline constexpr std::size_t kMaxBigIntDigits = 100'000;

// The shortest text that reads back as `number`, laid out as Python's repr() does: "1.0", "1e-05",
// "1e+16", "-0.0", "inf", "nan".
[[nodiscard]] std::string double_repr(double number);

// Whether `digits` is an optional '-' and then decimal digits, without leading zeros.
[[nodiscard]] bool is_decimal_integer(std::string_view digits) noexcept;

// Between the digits of a natural number in base 10 and base 16 (lower case, no prefix). CPython
// refuses to convert between decimal text and int beyond sys.set_int_max_str_digits(), which is the
// script's to set; base 16 is exempt, so big ints go that way. REQUIRES: digits of that base, only.
[[nodiscard]] std::string decimal_to_hex(std::string_view decimal);
[[nodiscard]] std::string hex_to_decimal(std::string_view hex);

}  // namespace hookline::detail
