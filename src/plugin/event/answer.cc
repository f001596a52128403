#include "plugin/event/answer.h"

#include <utility>

#include "dispatch/base/no_memory.h"
#include "hookline/hook.h"

namespace hookline::detail {

namespace {

ScriptAnswer unexpected(const HookRow& hook, const std::string& repr) {
  ScriptAnswer answer;
  answer.kind = ScriptAnswer::Kind::kUnexpected;
  answer.note = "returned " + repr + ", which " + std::string(hook.name) +
                " has no meaning for; the event goes on";
  return answer;
}

std::string short_repr(const Value& value) {
  constexpr std::size_t kLongest = 200;
  std::string repr = value.repr();
  if (repr.size() > kLongest) {
    repr.resize(kLongest);
    repr += "...";
  }
  return repr;
}

ScriptAnswer::Kind kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kScriptRaised:
      return ScriptAnswer::Kind::kFailed;
    case ErrorCode::kUnsupportedType:
    case ErrorCode::kValueTooDeep:
    case ErrorCode::kCyclicValue:
    case ErrorCode::kValueTooLarge:
    case ErrorCode::kEncodingError:
      return ScriptAnswer::Kind::kUnexpected;  // a result that cannot leave its interpreter
    case ErrorCode::kFunctionNotFound:
      return ScriptAnswer::Kind::kGoOn;  // the script was reloaded and no longer has the hook
    default:
      return ScriptAnswer::Kind::kMissed;
  }
}

ScriptAnswer failed(std::string_view what, const Error& error) {
  ScriptAnswer answer;
  answer.kind = kind_of(error.code);
  answer.note = std::string(what) + ": " + error.to_string();
  if (!error.traceback.empty()) {
    answer.note += '\n' + error.traceback;
  }
  return answer;
}

}  // namespace

ScriptAnswer read_answer(const HookRow& hook, Result<Value> result) {
  if (!result) {
    return failed(hook.name, result.error());
  }
  ScriptAnswer answer;
  if (const auto goes_on = plain_answer(result, hook.rule->decides)) {
    answer.content.allowed = *goes_on;
    answer.kind = *goes_on ? ScriptAnswer::Kind::kGoOn : ScriptAnswer::Kind::kRead;
    return answer;
  }
  if (hook.rule->read == nullptr) {
    return answer;  // an observer may return anything
  }
  answer.kind = ScriptAnswer::Kind::kRead;
  const Value& value = *result;
  if (!hook.rule->read(hook, *result, answer.content)) {
    return unexpected(hook, short_repr(value));
  }
  return answer;
}

ScriptAnswer failed_call(const Error& error) {
  ScriptAnswer answer = failed("a posted call", error);
  if (error.code == ErrorCode::kFunctionNotFound || error.code == ErrorCode::kNotCallable) {
    answer.kind = ScriptAnswer::Kind::kFailed;
  }
  return answer;
}

void merge(Decision& decision, const HookRow& hook, ScriptAnswer answer) noexcept {
  switch (answer.kind) {
    case ScriptAnswer::Kind::kRead:
      if (!if_memory([&] { hook.rule->merge(decision, std::move(answer.content)); })) {
        ++decision.missed;
      }
      break;
    case ScriptAnswer::Kind::kFailed:
      ++decision.failed;
      break;
    case ScriptAnswer::Kind::kMissed:
      ++decision.missed;
      break;
    case ScriptAnswer::Kind::kGoOn:
    case ScriptAnswer::Kind::kUnexpected:
      break;
  }
}

}  // namespace hookline::detail
