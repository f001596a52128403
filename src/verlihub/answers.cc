#include "verlihub/answers.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::verlihub {

namespace {

constexpr std::size_t kChatParts = 2;
constexpr std::size_t kMyInfoParts = Replacement::kMaxParts;

// Returns whether a truth value lets the event go on, or nullopt if the result is no truth value.
std::optional<bool> as_decision(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return *value.as<bool>();
    case Kind::kInt:
      return *value.as<std::int64_t>() != 0;
    case Kind::kBigInt:
      return true;  // never zero, which would be a kInt
    default:
      return std::nullopt;
  }
}

bool is_text_or_none(const Value& value) { return value.is_none() || value.kind() == Kind::kStr; }

// Reads (str or None, ...), which replaces the arguments.
bool read_replacement(Tuple& tuple, std::size_t parts, Answer& answer) {
  if (tuple.items.size() != parts || !std::ranges::all_of(tuple.items, is_text_or_none)) {
    return false;
  }
  if (std::ranges::all_of(tuple.items, &Value::is_none)) {
    return true;
  }
  answer.replaced.resize(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    if (!tuple.items[i].is_none()) {
      answer.replaced[i] = std::move(tuple.items[i]);
    }
  }
  return true;
}

// Reads (str, int): a protocol line for the connection, and the decision.
bool read_protocol_line(Tuple& tuple, Answer& answer) {
  if (tuple.items.size() != 2 || tuple.items[0].kind() != Kind::kStr) {
    return false;
  }
  const auto go_on = as_decision(tuple.items[1]);
  if (!go_on) {
    return false;
  }
  answer.allowed = *go_on;
  answer.value = std::move(tuple.items[0]);
  return true;
}

bool read(Replaces replaces, Value& result, Answer& answer) {
  if (const auto go_on = as_decision(result)) {
    answer.allowed = *go_on;
    return true;
  }
  if (auto* const tuple = result.as<Tuple>()) {
    return read_protocol_line(*tuple, answer) ||
           (replaces != Replaces::kNothing &&
            read_replacement(*tuple, replaces == Replaces::kChat ? kChatParts : kMyInfoParts,
                             answer));
  }
  if (result.kind() == Kind::kStr && replaces == Replaces::kChat) {
    answer.replaced.resize(kChatParts);
    answer.replaced[1] = std::move(result);
    return true;
  }
  return false;
}

void merge(Decision& decision, Answer&& answer) {
  decision.allowed = decision.allowed && answer.allowed;
  if (!answer.replaced.empty()) {
    decision.replaced = std::move(answer.replaced);
  }
  if (answer.value) {
    decision.answers.push_back(*std::move(answer.value));
  }
}

template <Replaces What>
constexpr AnswerRule kRule = {.decides = true,
                              .read = [](const HookRow&, Value& result,
                                         Answer& answer) { return read(What, result, answer); },
                              .merge = &merge};

}  // namespace

const AnswerRule kDecisionRule = kRule<Replaces::kNothing>;
const AnswerRule kChatRule = kRule<Replaces::kChat>;
const AnswerRule kMyInfoRule = kRule<Replaces::kMyInfo>;

Replaces replaces(const HookRow& hook) noexcept {
  if (hook.rule == &kChatRule) {
    return Replaces::kChat;
  }
  return hook.rule == &kMyInfoRule ? Replaces::kMyInfo : Replaces::kNothing;
}

std::optional<Replacement> replacement(const Decision& decision) {
  if (decision.replaced.empty()) {
    return std::nullopt;
  }
  Replacement replacement;
  for (std::size_t i = 0; i < std::min(decision.replaced.size(), Replacement::kMaxParts); ++i) {
    const auto& part = decision.replaced[i];
    if (const auto* const text = part ? part->as<std::string>() : nullptr) {
      replacement.parts[i] = *text;
    }
  }
  return replacement;
}

std::vector<std::string_view> protocol_lines(const Decision& decision) {
  std::vector<std::string_view> lines;
  for (const Value& answer : decision.answers) {
    if (const auto* const line = answer.as<std::string>()) {
      lines.emplace_back(*line);
    }
  }
  return lines;
}

}  // namespace hookline::verlihub
