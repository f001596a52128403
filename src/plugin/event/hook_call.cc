#include "plugin/event/hook_call.h"

#include <utility>

#include "plugin/script/script_log.h"
#include "hookline/verdict.h"

namespace hookline {

void HookCall::finish(Result<Value> result) noexcept {
  if (!plain_answer(result)) [[unlikely]] {
    log_answer(script_, read_answer(hook_, std::move(result)));
  }
}

}  // namespace hookline
