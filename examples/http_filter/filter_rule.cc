#include "http_filter/filter_rule.h"

#include <optional>
#include <utility>

#include "hookline/hook.h"

namespace filter {

namespace {

using hookline::Answer;
using hookline::Bytes;
using hookline::Decision;
using hookline::HookRow;
using hookline::Value;

bool read(const HookRow& hook, Value& result, Answer& answer) {
  if (result.as<std::string>() != nullptr) {
    answer.allowed = false;
    answer.value = std::move(result);
    return true;
  }
  if (result.as<Bytes>() != nullptr) {
    answer.replaced.resize(hook.kinds.size());
    answer.replaced[kBodyArgument] = std::move(result);
    return true;
  }
  return false;  // the result is logged, and does not count
}

void merge(Decision& decision, Answer&& answer) {
  decision.allowed = decision.allowed && answer.allowed;
  if (answer.value && decision.answers.empty()) {
    decision.answers.push_back(*std::move(answer.value));
  }
  if (!answer.replaced.empty()) {
    decision.replaced = std::move(answer.replaced);
  }
}

}  // namespace

const hookline::AnswerRule kFilterRule{.decides = true, .read = &read, .merge = &merge};

Reply reply_to(const Decision& decision, std::string body) {
  if (!decision.answers.empty()) {
    return {.status = 403, .body = *decision.answers.front().as<std::string>()};
  }
  if (decision.late + decision.failed + decision.missed > 0) {
    return {.status = 503,
            .body = "a script has not answered"};  // so nobody has looked at the body
  }
  if (!decision.allowed) {
    return {.status = 403, .body = "rejected"};
  }
  if (!decision.replaced.empty()) {
    const std::optional<Value>& changed = decision.replaced[kBodyArgument];
    const Bytes* const bytes = changed ? changed->as<Bytes>() : nullptr;
    if (bytes != nullptr) {
      body = bytes->data;
    }
  }
  return {.status = 200, .body = std::move(body)};
}

}  // namespace filter
