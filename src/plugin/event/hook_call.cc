#include "plugin/event/hook_call.h"

#include <utility>

#include "plugin/event/answer.h"
#include "plugin/event/script_log.h"

namespace hookline::detail {

void HookCall::finish(Result<Value> result) noexcept {
  if (!plain_answer(result)) [[unlikely]] {
    log_answer(script_, read_answer(hook_, std::move(result)));
  }
}

}  // namespace hookline::detail
