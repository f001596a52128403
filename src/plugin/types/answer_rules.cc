// Has the rules for answers that come with the library.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "hookline/hook.h"

namespace hookline {

namespace {

// A number beyond 64 bits is true; smaller ones do not come here.
bool read_truth(const Value& result) { return result.kind() == Kind::kBigInt; }

bool fits(char kind, const Value& value) {
  switch (static_cast<ArgKind>(kind)) {
    case ArgKind::kStr:
      return value.kind() == Kind::kStr;
    case ArgKind::kBytes:
      return value.kind() == Kind::kBytes;
    case ArgKind::kInt:
      return value.kind() == Kind::kInt;
    case ArgKind::kFloat:
      return value.kind() == Kind::kDouble || value.kind() == Kind::kInt;
    case ArgKind::kBool:
      return value.kind() == Kind::kBool;
    case ArgKind::kAny:
      break;
  }
  return true;
}

// Returns whether the value may replace the argument at `index`; None stands for no replacement.
bool may_replace(const HookRow& hook, std::size_t index, const Value& with) {
  return index < hook.kinds.size() && (with.is_none() || fits(hook.kinds[index], with));
}

// An int that replaces a float becomes one, so that the host finds a value of the hook's kind.
void replace(const HookRow& hook, std::size_t index, Value& with, Answer& answer) {
  if (with.is_none()) {
    return;
  }
  answer.replaced.resize(hook.kinds.size());
  const auto* const number = with.as<std::int64_t>();
  if (number != nullptr && hook.kinds[index] == static_cast<char>(ArgKind::kFloat)) {
    answer.replaced[index] = Value(static_cast<double>(*number));
  } else {
    answer.replaced[index] = std::move(with);
  }
}

bool read_tuple(const HookRow& hook, Tuple& tuple, Answer& answer) {
  std::vector<Value>& items = tuple.items;
  if (items.size() != hook.kinds.size()) {
    return false;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!may_replace(hook, i, items[i])) {
      return false;
    }
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    replace(hook, i, items[i], answer);
  }
  return true;
}

// Returns the place of the argument that a key names, or that of none.
std::size_t index_of(const HookRow& hook, const Value& key) {
  const auto* const name = key.as<std::string>();
  const auto* const found =
      name == nullptr ? hook.names.end() : std::ranges::find(hook.names, *name);
  return static_cast<std::size_t>(found - hook.names.begin());
}

bool read_dict(const HookRow& hook, Dict& dict, Answer& answer) {
  const bool fits = std::ranges::all_of(dict.items, [&hook](const auto& item) {
    return may_replace(hook, index_of(hook, item.first), item.second);
  });
  for (auto& [key, with] : dict.items) {
    if (fits) {
      replace(hook, index_of(hook, key), with, answer);
    }
  }
  return fits;
}

bool read_replacement(const HookRow& hook, Value& result, Answer& answer) {
  if (auto* const tuple = result.as<Tuple>()) {
    return read_tuple(hook, *tuple, answer);
  }
  if (auto* const dict = result.as<Dict>()) {
    return read_dict(hook, *dict, answer);
  }
  return read_truth(result);
}

void merge_block(Decision& decision, Answer&& answer) {
  decision.allowed = decision.allowed && answer.allowed;
}

void merge_replacement(Decision& decision, Answer&& answer) {
  merge_block(decision, Answer{.allowed = answer.allowed, .replaced = {}, .value = {}});
  if (answer.replaced.empty()) {
    return;
  }
  decision.replaced.resize(answer.replaced.size());
  for (std::size_t i = 0; i < answer.replaced.size(); ++i) {
    if (answer.replaced[i]) {
      decision.replaced[i] = std::move(answer.replaced[i]);
    }
  }
}

bool read_any(const HookRow& /*hook*/, Value& result, Answer& answer) {
  answer.value = std::move(result);
  return true;
}

void merge_first(Decision& decision, Answer&& answer) {
  if (decision.answers.empty() && answer.value) {  // read_any() has set it
    decision.answers.push_back(*std::move(answer.value));
  }
}

void merge_all(Decision& decision, Answer&& answer) {
  if (answer.value) {
    decision.answers.push_back(*std::move(answer.value));
  }
}

}  // namespace

const AnswerRule observe{.decides = false, .read = nullptr, .merge = nullptr};
const AnswerRule veto{
    .decides = true,
    .read = [](const HookRow&, Value& result, Answer&) { return read_truth(result); },
    .merge = &merge_block};
const AnswerRule last_replacement{
    .decides = true, .read = &read_replacement, .merge = &merge_replacement};
const AnswerRule first_answer{.decides = false, .read = &read_any, .merge = &merge_first};
const AnswerRule all_answers{.decides = false, .read = &read_any, .merge = &merge_all};

}  // namespace hookline
