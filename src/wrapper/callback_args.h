#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"
#include "wrapper/args.h"

namespace hookline::wrapper {

// Holds the arguments of one call of a callback. Borrows the texts of the values, which must
// outlive it, and owns the JSON texts that it makes of containers.
class CallbackArgs {
 public:
  // Makes those of a callback of the table: `values` has one value for each letter of `format`, and
  // None for arguments that the script omitted. The callback sees these as 0 or NULL, behind a '|'
  // if no given argument follows.
  [[nodiscard]] static Result<CallbackArgs> for_row(std::string_view format,
                                                    std::span<const Value> values);
  // Makes those of a registered function: each value gets the letter of its type, l, d, s or D.
  // None becomes a null s.
  [[nodiscard]] static Result<CallbackArgs> for_values(std::span<const Value> values,
                                                       const TextCodec& codec);

  [[nodiscard]] w_Targs* get() const noexcept { return block_.get(); }

 private:
  CallbackArgs() = default;

  ArgsBlock block_;
  std::deque<std::string> json_;
};

// Owns the result of a callback, with the strings of its s, D and L elements, which come from
// malloc().
//
// Tolerates two common mistakes of hosts: strings that the host was given as an argument, and
// strings in static memory (literals), are not freed.
class CallbackResult {
 public:
  // `arguments` is the list that the callback was given, and must outlive this object.
  CallbackResult(w_Targs* result, const w_Targs* arguments) noexcept
      : result_(result), arguments_(arguments) {}
  CallbackResult(const CallbackResult&) = delete;
  CallbackResult& operator=(const CallbackResult&) = delete;
  ~CallbackResult();

  [[nodiscard]] const w_Targs* get() const noexcept { return result_; }

 private:
  void release(w_Targs& args) const noexcept;
  void release(char* text) const noexcept;
  [[nodiscard]] bool is_argument(const char* text) const noexcept;

  w_Targs* result_;
  const w_Targs* arguments_;
};

}  // namespace hookline::wrapper
