#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hookline::detail {

// The largest number of decimal digits of an int that to_python() and from_python() convert.
// Changing the base takes quadratic time: a third of a second for this many digits, half a minute
// for ten times as many.
inline constexpr std::size_t kMaxBigIntDigits = 100'000;

// Returns the shortest text that reads back as `number`, in the form of Python's repr(): "1.0",
// "1e-05", "1e+16", "-0.0", "inf", "nan".
[[nodiscard]] std::string double_repr(double number);

// Returns whether `digits` are decimal digits without leading zeros, with an optional '-' before
// them.
[[nodiscard]] bool is_decimal_integer(std::string_view digits) noexcept;

// Convert a natural number between base 10 and base 16 (lower case, no prefix). CPython refuses to
// convert between int and decimal text beyond sys.set_int_max_str_digits(), which a script can
// change; base 16 has no limit, so big ints are passed in it. REQUIRES: only digits of that base.
[[nodiscard]] std::string decimal_to_hex(std::string_view decimal);
[[nodiscard]] std::string hex_to_decimal(std::string_view hex);

}  // namespace hookline::detail
