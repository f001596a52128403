#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hookline/hook.h"
#include "hookline/value.h"

namespace [[gnu::visibility("default")]] hookline {

// Says what the scripts decided about an event. Thread safety: as for std::string.
struct Decision {
  bool allowed = true;
  // Empty, or one element for each argument of the event: what replaces it, or nullopt if it stays.
  std::vector<std::optional<Value>> replaced;
  // Has what the hook's rule collected, in load order.
  std::vector<Value> answers;
  // Whether the event is blocked only because answers are late or missed, and the hook's default is
  // to block: no script that answered has blocked it.
  bool blocked_by_default = false;
  // These are the numbers of scripts whose answer did not count. The log has more about them.
  std::uint32_t late = 0;    // had not answered at the deadline
  std::uint32_t failed = 0;  // raised an exception
  std::uint32_t missed = 0;  // never got the event, because their mailbox was full or closed
};

// Has what one script answered, as a rule has read it.
struct Answer {
  bool allowed = true;
  std::vector<std::optional<Value>> replaced;
  std::optional<Value> value;
};

// Says what the results of a hook mean, and how the answers of several scripts become one Decision.
// A host may make rules of its own: static objects, since the rows of hooks refer to them.
//
// Thread safety: both functions are called on any thread, also on several at the same time. Neither
// may throw.
struct AnswerRule {
  // Whether None and True let the event go on, and False and 0 block it: such results, which most
  // are, then do not reach read(). Otherwise only None does not.
  bool decides = true;
  // Reads a result into `answer`, for which it may move it. Returns false, and leaves it, if the
  // result has no meaning: it is logged, and the event goes on. Called on the script's worker.
  bool (*read)(const HookRow& hook, Value& result, Answer& answer) = nullptr;
  // Adds one script's answer, as read() has left it, to the decision. Called in load order, on the
  // thread that gets the decision. It is not called for None, nor for what `decides` has settled:
  // False and 0 block the event without it.
  void (*merge)(Decision& decision, Answer&& answer) = nullptr;
};

// Says what has become of a question to the scripts.
enum class Asked : std::uint8_t {
  kWaiting,  // the handler will be called
  kNobody,   // no script has the hook: go on immediately, the handler is not called
  kRefused,  // the event was not sent, for the reason in the log; the handler is not called
};

// Receives the decision about one event on the event loop.
class DecisionHandler {
 public:
  DecisionHandler() = default;
  DecisionHandler(const DecisionHandler&) = delete;
  DecisionHandler& operator=(const DecisionHandler&) = delete;
  virtual ~DecisionHandler() = default;
  // Is called exactly once for each decide_on_loop() that returned kWaiting: on the loop's thread,
  // never inside of that. The handler must live until then. At shutdown detach_loop() calls it.
  virtual void on_decision(const Decision& decision) noexcept = 0;
};

}  // namespace hookline
