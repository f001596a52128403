#include "plugin/event/hook_call.h"

#include <utility>

#include "plugin/event/answer.h"
#include "plugin/event/script_log.h"

namespace hookline::detail {

void HookCall::finish(Result<Value>&& result) noexcept {
  if (!plain_answer(result, hook_.rule->decides)) [[unlikely]] {
    log_result(script_, hook_, std::move(result));
  }
  if (hook_.one_at_a_time) [[unlikely]] {
    is_under_way_.store(false, std::memory_order_release);
  }
}

bool HookCall::try_begin_alone() noexcept {
  const bool begins = !is_under_way_.exchange(true, std::memory_order_acquire);
  if (!begins) {
    script_.skipped.fetch_add(1, std::memory_order_relaxed);
  }
  return begins;
}

void PostedCall::finish(Result<Value>&& result) noexcept {
  if (!result) [[unlikely]] {
    log_failed_call(script_, result.error());
  }
}

}  // namespace hookline::detail
