#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hookline/error.h"
#include "hookline/value.h"
#include "hookline/hook.h"

namespace hookline {

// What a replacing result puts in the place of the arguments: for a chat line {nick, message}, for
// a MyINFO {desc, tag, speed, mail, sharesize}. An empty part stays as it was.
//
// On the heap, because there hardly ever is one: each verdict would take longer to make than all
// else of it.
struct Replacement {
  static constexpr std::size_t kMaxParts = 5;
  std::vector<std::optional<std::string>> parts =
      std::vector<std::optional<std::string>>(kMaxParts);
};

// What the scripts decided about one event, merged in load order: one block is enough to block, of
// several replacements the last wins, protocol lines add up.
struct Verdict {
  bool allowed = true;
  std::optional<Replacement> replacement;
  // To be sent to the connection that caused the event, without the closing '|' if it had one.
  std::vector<std::string> protocol_lines;
  // Scripts whose answer did not count, each of which is in the log.
  std::uint32_t late = 0;    // not there when the deadline passed
  std::uint32_t failed = 0;  // raised
  std::uint32_t missed = 0;  // did not get the event
};

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

}  // namespace hookline
