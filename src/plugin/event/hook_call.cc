#include "plugin/event/hook_call.h"

#include <utility>

#include "plugin/event/answer.h"
#include "plugin/event/script_log.h"

namespace hookline::detail {

void HookCall::finish(Result<Value>&& result) noexcept {
  if (!plain_answer(result, hook_.rule->decides)) [[unlikely]] {
    log_answer(script_, read_answer(hook_, std::move(result)));
  }
}

void PostedCall::finish(Result<Value>&& result) noexcept {
  if (!result) [[unlikely]] {
    log_answer(script_, failed_call(result.error()));
  }
}

}  // namespace hookline::detail
