#include "plugin/event/answer.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hookline::detail {

namespace {

constexpr std::size_t kChatParts = 2;
constexpr std::size_t kMyInfoParts = 5;

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

Answer decided(bool go_on) {
  Answer answer;
  answer.kind = go_on ? Answer::Kind::kGoOn : Answer::Kind::kBlock;
  return answer;
}

// Reads (str or None, ...), which replaces the arguments. Returns nullopt for any other tuple.
std::optional<Answer> as_replacement(Tuple& tuple, std::size_t parts) {
  if (tuple.items.size() != parts || !std::ranges::all_of(tuple.items, is_text_or_none)) {
    return std::nullopt;
  }
  Replacement replacement;
  bool any = false;
  for (std::size_t i = 0; i < parts; ++i) {
    if (auto* text = tuple.items[i].as<std::string>()) {
      replacement.parts.at(i) = std::move(*text);
      any = true;
    }
  }
  Answer answer;
  if (any) {
    answer.replacement = std::move(replacement);
  }
  return answer;
}

// Reads (str, int): a protocol line for the connection, and the decision.
std::optional<Answer> as_protocol_line(Tuple& tuple) {
  if (tuple.items.size() != 2) {
    return std::nullopt;
  }
  auto* line = tuple.items[0].as<std::string>();
  const auto go_on = as_decision(tuple.items[1]);
  if (line == nullptr || !go_on) {
    return std::nullopt;
  }
  Answer answer = decided(*go_on);
  answer.protocol_line = std::move(*line);
  return answer;
}

std::optional<Answer> read_tuple(Replaces replaces, Tuple& tuple) {
  if (auto answer = as_protocol_line(tuple)) {
    return answer;
  }
  switch (replaces) {
    case Replaces::kChat:
      return as_replacement(tuple, kChatParts);
    case Replaces::kMyInfo:
      return as_replacement(tuple, kMyInfoParts);
    case Replaces::kNothing:
      break;
  }
  return std::nullopt;
}

std::optional<Answer> read_value(Replaces replaces, Value& value) {
  if (value.is_none()) {
    return Answer{};
  }
  if (const auto go_on = as_decision(value)) {
    return decided(*go_on);
  }
  if (auto* tuple = value.as<Tuple>()) {
    return read_tuple(replaces, *tuple);
  }
  if (auto* text = value.as<std::string>(); text != nullptr && replaces == Replaces::kChat) {
    Answer answer;
    answer.replacement.emplace().parts[1] = std::move(*text);
    return answer;
  }
  return std::nullopt;
}

Answer unexpected(Hook hook, const Value& value) {
  constexpr std::size_t kLongest = 200;
  std::string repr = value.repr();
  if (repr.size() > kLongest) {
    repr.resize(kLongest);
    repr += "...";
  }
  Answer answer;
  answer.kind = Answer::Kind::kUnexpected;
  answer.note = "returned " + repr + ", which " + std::string(hook_row(hook).name) +
                " has no meaning for; the event goes on";
  return answer;
}

Answer::Kind kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kScriptRaised:
      return Answer::Kind::kFailed;
    case ErrorCode::kUnsupportedType:
    case ErrorCode::kValueTooDeep:
    case ErrorCode::kCyclicValue:
    case ErrorCode::kEncodingError:
      return Answer::Kind::kUnexpected;  // a result that cannot leave its interpreter
    case ErrorCode::kFunctionNotFound:
      return Answer::Kind::kGoOn;  // the script was reloaded and no longer has the hook
    default:
      return Answer::Kind::kMissed;
  }
}

Answer failed(Hook hook, const Error& error) {
  Answer answer;
  answer.kind = kind_of(error.code);
  answer.note = std::string(hook_row(hook).name) + ": " + error.to_string();
  if (!error.traceback.empty()) {
    answer.note += '\n' + error.traceback;
  }
  return answer;
}

}  // namespace

Answer read_answer(Hook hook, Result<Value> result) {
  if (!result) {
    return failed(hook, result.error());
  }
  if (auto answer = read_value(hook_row(hook).replaces, *result)) {
    return *std::move(answer);
  }
  return unexpected(hook, *result);
}

void merge(Verdict& verdict, Answer answer) {
  if (answer.kind == Answer::Kind::kBlock) {
    verdict.allowed = false;
  }
  if (answer.kind == Answer::Kind::kFailed) {
    ++verdict.failed;
  }
  if (answer.kind == Answer::Kind::kMissed) {
    ++verdict.missed;
  }
  if (answer.replacement) {
    verdict.replacement = std::move(answer.replacement);
  }
  if (answer.protocol_line) {
    verdict.protocol_lines.push_back(*std::move(answer.protocol_line));
  }
}

}  // namespace hookline::detail
