// Words that the formats of a reference share.

#include <algorithm>
#include <array>

#include "hookline/hook.h"
#include "plugin/reference/reference_data.h"

namespace hookline::detail {

namespace {

constexpr auto kRules = std::to_array<RuleText>({
    {&observe, "observe", "None", "The host ignores the result."},
    {&veto, "veto", "bool | None", "If a script returns False, the event is blocked."},
    {&last_replacement, "last_replacement", "bool | tuple[Any, ...] | dict[str, Any] | None",
     "If a script returns False, the event is blocked. A tuple with one item for each argument, or "
     "a dict with names of arguments, replaces the arguments that are not None in it."},
    {&first_answer, "first_answer", "Any", "The first result that is not None is the answer."},
    {&all_answers, "all_answers", "Any", "Each result that is not None is an answer."},
    {nullptr, "own", "Any", "The host reads the result in a way of its own."},
});

// Stands for the rules of a host that was described in a file: only the host itself can say what
// its answers mean, so any answer is good.
const AnswerRule kDescribed{
    .decides = true,
    .read = [](const HookRow& /*hook*/, Value& /*result*/, Answer& /*answer*/) { return true; },
    .merge = [](Decision& /*decision*/, Answer&& /*answer*/) {}};

struct KindText {
  ArgKind kind;
  std::string_view type;
};

constexpr auto kKinds = std::to_array<KindText>({
    {ArgKind::kStr, "str"},
    {ArgKind::kBytes, "bytes"},
    {ArgKind::kInt, "int"},
    {ArgKind::kFloat, "float"},
    {ArgKind::kBool, "bool"},
    {ArgKind::kAny, "Any"},
});

}  // namespace

CalledFunction farewell_function(std::string_view name) {
  return {.name = std::string(name),
          .arguments = "",
          .returns = "None",
          .when = "The script is about to be removed or reloaded, or the host ends.",
          .example = ""};
}

const RuleText& text_of(const AnswerRule* rule) noexcept {
  const auto* const found = std::ranges::find(kRules, rule, &RuleText::rule);
  return found == kRules.end() ? kRules.back() : *found;
}

const AnswerRule* find_rule(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kRules, name, &RuleText::name);
  if (found == kRules.end()) {
    return nullptr;
  }
  return found->rule == nullptr ? &kDescribed : found->rule;
}

std::string_view type_of_kind(char kind) noexcept {
  const auto* const found = std::ranges::find(kKinds, static_cast<ArgKind>(kind), &KindText::kind);
  return found == kKinds.end() ? "Any" : found->type;
}

char kind_of_type(std::string_view type) noexcept {
  const auto* const found = std::ranges::find(kKinds, type, &KindText::type);
  return found == kKinds.end() ? '\0' : static_cast<char>(found->kind);
}

std::string hook_signature(const HookRow& row) {
  std::string out = std::string(row.name) + "(";
  for (std::size_t i = 0; i < row.kinds.size(); ++i) {
    out.append(i == 0 ? "" : ", ").append(row.names.at(i)).append(": ");
    out.append(type_of_kind(row.kinds[i]));
  }
  return out + ")";
}

std::string hook_doc(const ReferenceData& data, std::size_t hook) {
  const HookTexts& texts = data.hook_texts.at(hook);
  std::string doc = texts.when;
  doc.append(doc.empty() ? "" : " ");
  return doc.append(texts.result.empty() ? text_of(data.hooks.at(hook).rule).result : texts.result);
}

std::string_view trim_lines(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

const FunctionTexts* find_texts(const ReferenceData& data, std::string_view function) noexcept {
  const auto found = std::ranges::find(data.functions, function, &FunctionTexts::name);
  return found == data.functions.end() ? nullptr : &*found;
}

std::vector<std::string> groups_of(const ReferenceData& data) {
  std::vector<std::string> groups;
  for (const FunctionTexts& texts : data.functions) {
    if (!texts.group.empty() && std::ranges::find(groups, texts.group) == groups.end()) {
      groups.push_back(texts.group);
    }
  }
  return groups;
}

}  // namespace hookline::detail
