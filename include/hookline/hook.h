#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hookline/argument.h"

namespace [[gnu::visibility("default")]] hookline {

// Identifies a hook: its place, from 0, in the table that its host has given to the ScriptHost.
enum class Hook : std::uint16_t {};

struct AnswerRule;  // <hookline/decision.h>
// The rules that most hosts need. With observe, results have no meaning, and nothing is decided.
extern const AnswerRule observe;
// A script blocks the event with False or 0; one is enough.
extern const AnswerRule veto;
// Does what veto does. A tuple with one item for each argument also replaces those that are not
// None, as does a dict with names of arguments. The last one wins; an int for a float becomes one.
extern const AnswerRule last_replacement;
// The first result that is not None, in load order, is Decision::answers[0].
extern const AnswerRule first_answer;
// All results that are not None are Decision::answers.
extern const AnswerRule all_answers;

// Says what an answer counts as that is late, or missed because the script's mailbox was full.
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

}  // namespace hookline
