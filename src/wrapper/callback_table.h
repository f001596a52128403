#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"
#include "hookline/verlihub/functions.h"
#include "wrapper/wrapper.h"

namespace hookline::wrapper {

using verlihub::Vh;

// Describes one entry of the host's table of callbacks.
struct CallbackRow {
  // Converts a result whose format is one of `results`.
  using Reader = Result<Value> (*)(const w_Targs& result, const TextCodec& codec);

  std::string_view name;
  std::string_view arguments;  // their format; the letter a means s or l, as the script passed it
  std::string_view results;    // the accepted formats, separated by single spaces
  Reader read;
  // Makes the value of a missing or empty result.
  Value (*empty)();
  // The function of `vh` that calls it; empty for callbacks that serve another function.
  std::optional<Vh> function;
};

inline constexpr int kCallbackCount = W_StopHub + 1;

// Returns all rows, indexed by the enum in wrapper.h.
[[nodiscard]] const std::array<CallbackRow, kCallbackCount>& callback_rows();

// Returns the number of the callback that serves a function of `vh`, or -1 if the C interface has
// none.
[[nodiscard]] int callback_of(Vh function) noexcept;

// Converts what a callback returned, or the row's empty value for nullptr. Fails with
// kUnsupportedType if the row does not accept the format, or if the elements' types differ from it.
[[nodiscard]] Result<Value> read_result(const CallbackRow& row, const w_Targs* result,
                                        const TextCodec& codec);

}  // namespace hookline::wrapper
