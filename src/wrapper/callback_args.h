#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "wrapper/c_memory.h"

namespace hookline::wrapper {

// What a callback is given: borrows the texts of values that outlive it, and keeps the JSON that it
// made of others.
class CallbackArgs {
 public:
  // For a row of the table: `values` has one for each letter of `format`, None for what was not
  // given. It reaches the callback as 0 or NULL; behind a '|', if nothing given follows.
  [[nodiscard]] static Result<CallbackArgs> for_row(std::string_view format,
                                                    std::span<const Value> values);
  // For a registered function, by what the values are: l, d, s, D; None is a null s.
  [[nodiscard]] static Result<CallbackArgs> for_values(std::span<const Value> values,
                                                       const TextCodec& codec);

  [[nodiscard]] w_Targs* get() const noexcept { return block_.get(); }

 private:
  CallbackArgs() = default;

  ArgsBlock block_;
  std::deque<std::string> json_;
};

}  // namespace hookline::wrapper
