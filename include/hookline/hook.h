#pragma once

// Describes the events that a host has: its hooks, the rules by which it reads the answers of
// scripts, and the decision that is made of these answers. Structs are plain data (docs/host.md).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Identifies a hook: its place, from 0, in the table that its host has given to the ScriptHost.
enum class Hook : std::uint16_t {};

struct AnswerRule;
// The rules that most hosts need. With observe, results have no meaning, and nothing is decided.
extern const AnswerRule observe;
// A script blocks the event with False or 0; one is enough.
extern const AnswerRule veto;
// Does what veto does. A script may also return a tuple with one item for each argument, or a dict
// by their names, to replace arguments: None keeps one, and an int becomes a float where the hook
// has one. The last script wins.
extern const AnswerRule last_replacement;
// The first result that is not None, in load order, is Decision::answers[0].
extern const AnswerRule first_answer;
// All results that are not None are Decision::answers.
extern const AnswerRule all_answers;

// Says how an answer counts that is late, or missing because the script's mailbox was full.
enum class LateAnswer : std::uint8_t {
  kByOptions,  // ScriptHostOptions::late_answer_allows
  kAllows,
  kBlocks,
};

// Describes one hook. It does not own its texts or its rule, which must outlive the ScriptHost.
struct HookRow {
  static constexpr std::size_t kMostArguments = 6;
  std::string_view name;   // the name of the scripts' function
  std::string_view kinds;  // one ArgKind letter for each argument
  std::array<std::string_view, kMostArguments> names{};
  const AnswerRule* rule = &observe;
  LateAnswer late = LateAnswer::kByOptions;
  bool allows_fewer = false;    // whether a script's function may have fewer parameters
  bool one_at_a_time = false;   // whether posted events skip a script where one waits or runs
  std::uint64_t event_key = 0;  // set by hook(), for events of a TypedHook
};

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
  std::uint32_t late = 0;    // had not answered at the deadline, or were not waited for
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
// Thread safety: both functions run on any thread, also on several together. Neither may throw.
struct AnswerRule {
  // Whether False and 0 block the event, and True and other ints let it go on, without read(). An
  // int beyond 64 bits does reach read(), and None never does, whatever `decides` is.
  bool decides = true;
  // Reads a result, which it may move, into `answer`; only `observe` has none. Returns false, and
  // leaves it, if it has no meaning: it is logged, and the event goes on. Runs on a worker.
  bool (*read)(const HookRow& hook, Value& result, Answer& answer) = nullptr;
  // Adds one script's answer, as read() has left it, to the decision. Called in load order, on the
  // thread that gets the decision, for each answer that read() has accepted and no other.
  void (*merge)(Decision& decision, Answer&& answer) = nullptr;
};

// Says what has become of a question to the scripts.
enum class Asked : std::uint8_t {
  kWaiting,  // the handler will be called
  kNobody,   // no script has the hook: go on immediately, the handler is not called
  kRefused,  // the event was not sent, for the reason in the log; the handler is not called
};

// Returns the decision on an event whose handler is not called. It is allowed if no script has the
// hook. If the event was refused, it is blocked by default, and missed.
[[nodiscard]] Decision decision_on(Asked asked);

// Receives decisions on the event loop. Ownership: the host owns it, and keeps it until it has been
// called. Thread safety: it is called on the loop's thread only.
class DecisionHandler {
 public:
  DecisionHandler() = default;
  DecisionHandler(const DecisionHandler&) = delete;
  DecisionHandler& operator=(const DecisionHandler&) = delete;
  virtual ~DecisionHandler() = default;
  // Is called exactly once for each decide_on_loop() that returned kWaiting, and never inside of
  // decide_on_loop(). detach_loop() and shutdown() call it for pending events.
  virtual void on_decision(const Decision& decision) noexcept = 0;
};

}  // namespace hookline
#pragma GCC visibility pop
