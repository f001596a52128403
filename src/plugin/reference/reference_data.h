#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"
#include "hookline/reference.h"
#include "hookline/value.h"
#include "plugin/functions/module_data.h"

namespace hookline::detail {

// Has what the notes say about a hook.
struct HookTexts {
  std::string when;
  std::string result;
  std::string example;
};

// Describes a function of scripts that is no hook, and that the host calls by its name.
struct CalledFunction {
  std::string name;
  std::string arguments;  // "command: str, data: str"
  std::string returns;    // a Python type
  std::string when;
  std::string example;
};

// Has what a note says about a function of the module.
struct FunctionTexts {
  std::string name;
  std::string group;
  std::string example;
};

// Is the content of a Reference, from which all its formats are written.
struct ReferenceData {
  std::shared_ptr<ModuleData> module;
  std::vector<HookRow> hooks;
  std::vector<HookTexts> hook_texts;  // one for each hook
  std::string farewell;               // ScriptHostOptions::farewell
  std::vector<CalledFunction> called;
  std::vector<FunctionTexts> functions;  // in the order of their groups
  std::deque<std::string> texts;         // Hooks that were read from a file are views of these.
};

// Gives the library access to the content of a Reference.
struct ReferenceAccess {
  [[nodiscard]] static const ReferenceData& data(const Reference& reference) noexcept {
    return *reference.data_;
  }
  [[nodiscard]] static Reference make(ReferenceData data);
};

// Describes the function that every script may have, to say good-bye. REQUIRES: it has a name.
[[nodiscard]] CalledFunction farewell_function(std::string_view name);

// Says about a rule what the reference says about hooks that have it.
struct RuleText {
  const AnswerRule* rule;    // nullptr stands for the rules that hosts make
  std::string_view name;     // in JSON
  std::string_view returns;  // a Python type
  std::string_view result;   // says what the result does
};
[[nodiscard]] const RuleText& text_of(const AnswerRule* rule) noexcept;
// Returns nullptr if there is no rule of that name. All rules of hosts' own are read as one and
// the same rule.
[[nodiscard]] const AnswerRule* find_rule(std::string_view name) noexcept;

// Returns the Python type of an argument: "str" for 's'.
[[nodiscard]] std::string_view type_of_kind(char kind) noexcept;
// Returns the letter of a type, or '\0' if arguments of hooks cannot have it.
[[nodiscard]] char kind_of_type(std::string_view type) noexcept;

// Writes "on_move(player: str, x: float)".
[[nodiscard]] std::string hook_signature(const HookRow& row);
// Says when a hook is called, and what its result does.
[[nodiscard]] std::string hook_doc(const ReferenceData& data, std::size_t hook);
// Removes line breaks at both ends, because raw strings have them.
[[nodiscard]] std::string_view trim_lines(std::string_view text) noexcept;
// Returns nullptr if there is no note.
[[nodiscard]] const FunctionTexts* find_texts(const ReferenceData& data,
                                              std::string_view function) noexcept;
// Returns the headings of functions, in their order.
[[nodiscard]] std::vector<std::string> groups_of(const ReferenceData& data);

// Returns the object that Reference::json() writes.
[[nodiscard]] Dict reference_dict(const ReferenceData& data);

}  // namespace hookline::detail
