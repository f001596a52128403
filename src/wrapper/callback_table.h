#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "hookline/error.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "hookline/vh_table.h"
#include "wrapper/wrapper.h"

namespace hookline::wrapper {

// One place of the host's table of callbacks.
struct CallbackRow {
  // Makes the value of a result, whose format is one of `results`.
  using Reader = Result<Value> (*)(const w_Targs& result, const TextCodec& codec);

  std::string_view name;
  std::string_view arguments;  // the format of what it is sent; a: s or l, as the script gave it
  std::string_view results;    // the formats that are accepted, with single spaces between
  Reader read;
  // Of no result, and of an empty one.
  Value (*nothing)();
  // The function of `vh` that calls it; none for what is a part of another.
  std::optional<Vh> function;
};

inline constexpr int kCallbackCount = W_StopHub + 1;

// By the numbers of the enum in wrapper.h.
[[nodiscard]] const std::array<CallbackRow, kCallbackCount>& callback_rows();

// The number of the callback that a function of `vh` calls; -1 for one that the C interface does
// not know.
[[nodiscard]] int callback_of(Vh function) noexcept;

// Reads what a callback returned (nullptr: nothing). A result of a format that the row does not
// accept is kUnsupportedType, and so is one whose elements are not of the types that it says.
[[nodiscard]] Result<Value> read_result(const CallbackRow& row, const w_Targs* result,
                                        const TextCodec& codec);

}  // namespace hookline::wrapper
