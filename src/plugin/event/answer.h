#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/value.h"

namespace hookline::detail {

// Is one script's answer to an event: its result, read by the hook's rule.
struct ScriptAnswer {
  enum class Kind : std::uint8_t {
    kGoOn,
    kRead,        // `content` has what the rule has read
    kUnexpected,  // a result without a meaning
    kFailed,      // the function raised
    kMissed,      // the script never got the event: its mailbox was full or closed
  };
  Kind kind = Kind::kGoOn;
  Answer content;
  // Has the text for the log: the unexpected result, or the error with its traceback.
  std::string note;
};

// Reads the results that nearly all hooks return, without making a ScriptAnswer: true to go on,
// false to block. `decides` is that of the hook's rule. Returns nullopt if read_answer() has to
// read the result.
[[nodiscard]] inline std::optional<bool> plain_answer(const Result<Value>& result,
                                                      bool decides) noexcept {
  if (!result) [[unlikely]] {
    return std::nullopt;
  }
  if (result->is_none()) {
    return true;
  }
  if (!decides) {
    return std::nullopt;
  }
  if (const auto* number = result->as<std::int64_t>()) {
    return *number != 0;
  }
  if (const auto* flag = result->as<bool>()) {
    return *flag;
  }
  return std::nullopt;
}

// Reads the result of a hook. Never fails: a result that the rule does not know is kUnexpected, and
// the event goes on.
[[nodiscard]] ScriptAnswer read_answer(const HookRow& hook, Result<Value> result);

// Returns the text for the log about a call that nobody awaits and that failed.
[[nodiscard]] ScriptAnswer failed_call(const Error& error);

// Adds one script's answer. Call it in load order. An answer for which there is no memory counts as
// missed.
void merge(Decision& decision, const HookRow& hook, ScriptAnswer answer) noexcept;

// Blocks the event if answers are late or missed, unless the hook's default allows it. Call it when
// all answers are merged.
inline void apply_default(Decision& decision, bool allows) noexcept {
  if (!allows && decision.allowed && decision.late + decision.missed != 0) [[unlikely]] {
    decision.allowed = false;
    decision.blocked_by_default = true;
  }
}

}  // namespace hookline::detail
