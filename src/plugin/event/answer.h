#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hookline/hook.h"
#include "hookline/result.h"
#include "hookline/value.h"

namespace hookline::detail {

// One script's answer to an event: its result, read by the table of results.
struct Answer {
  enum class Kind : std::uint8_t {
    kGoOn,
    kBlock,
    kUnexpected,  // a result without a meaning
    kFailed,      // the function raised
    kMissed,      // the script never got the event: its mailbox was full or closed
  };
  Kind kind = Kind::kGoOn;
  std::optional<Replacement> replacement;
  std::optional<std::string> protocol_line;
  // Text for the log: the unexpected result, or the error with its traceback.
  std::string note;
};

// Reads the results that nearly all hooks return, without making an Answer: true to go on, false to
// block. Returns nullopt if read_answer() has to read the result.
[[nodiscard]] inline std::optional<bool> plain_answer(const Result<Value>& result) noexcept {
  if (!result) [[unlikely]] {
    return std::nullopt;
  }
  if (result->is_none()) {
    return true;
  }
  if (const auto* number = result->as<std::int64_t>()) {
    return *number != 0;
  }
  if (const auto* flag = result->as<bool>()) {
    return *flag;
  }
  return std::nullopt;
}

// Reads the result of a hook. Never fails: a result that the table does not know is kUnexpected,
// and the event goes on.
[[nodiscard]] Answer read_answer(Hook hook, Result<Value> result);

// Adds one script's answer. Call it in load order.
void merge(Verdict& verdict, Answer answer);

}  // namespace hookline::detail
