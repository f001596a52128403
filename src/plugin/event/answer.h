#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/value.h"

namespace hookline::detail {

// What one script's function returned, read by the table of results: one of these per answer.
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
  // For the log: what was unexpected, or the error with its traceback.
  std::string note;
};

// What nearly all results of hooks say, without the rest of an Answer: true to go on, false to
// block. Nothing: read_answer() has to read it.
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

// Reads the result of a hook. Never fails: what the table does not know is kUnexpected, and goes
// on.
[[nodiscard]] Answer read_answer(Hook hook, Result<Value> result);

// Adds one script's answer. Call it in load order.
void merge(Verdict& verdict, Answer answer);

}  // namespace hookline::detail
