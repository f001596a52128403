#include "plugin/event/asked_script.h"

#include <new>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "hookline/detail/deadline.h"
#include "hookline/loop.h"
#include "plugin/event/late_call.h"

namespace hookline::detail {

Future<Value> AskedScript::wait(Future<Value> answer, ScriptEntry& script, const HookRow& hook,
                                TimerService& timers, Duration patience) {
  auto* const made = new AskedScript(script, hook, timers, patience);  // owns itself
  Future<Value> future = made->promise_.future();
  (void)made->promise_.try_start();  // the script gets the event, whether or not anybody waits
  if (!timers.try_schedule(*made, deadline_after(timers.clock(), patience))) {
    made->promise_.set(fail_without_memory());
    delete made;  // nothing else knows it
    return future;
  }
  try {
    answer.deliver_to(InlineExecutor::instance(),
                      [made](Result<Value> result) { made->on_answer(std::move(result)); });
  } catch (const std::bad_alloc&) {
    made->on_answer(fail_without_memory());
  }
  return future;
}

void AskedScript::on_answer(Result<Value> answer) noexcept {
  bool has_timer = true;
  if (state_.exchange(State::kAnswered, std::memory_order_acq_rel) == State::kLate) {
    note_late_end(script_);
  } else {
    promise_.set(std::move(answer));
    has_timer = !timers_.cancel(*this);
  }
  drop_references(has_timer ? 1 : 2);
}

void AskedScript::expire() noexcept {
  State state = State::kWaiting;
  if (state_.compare_exchange_strong(state, State::kLate, std::memory_order_acq_rel)) {
    note_late(script_, hook_, patience_);
    promise_.set(fail(ErrorCode::kDeadlineExceeded, "the script has not answered in time"));
  }
  drop_references(1);
}

void AskedScript::drop_references(int count) noexcept {
  if (references_.fetch_sub(count, std::memory_order_acq_rel) == count) {
    delete this;
  }
}

}  // namespace hookline::detail
