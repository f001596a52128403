#include "plugin/event/awaited_decision.h"

#include <new>

#include "dispatch/base/no_memory.h"
#include "hookline/detail/deadline.h"
#include "hookline/hook.h"

namespace hookline::detail {

Future<Decision> AwaitedDecision::ask(Event& event, const Outgoing& outgoing,
                                      std::span<const Subscriber> subscribers, TimerService& timers,
                                      Duration patience) {
  const TimePoint deadline = deadline_after(timers.clock(), patience);
  const bool has_deadline = deadline != kNoDeadline;
  AwaitedDecision* made = nullptr;  // owns itself
  Future<Decision> future;
  try {
    made = new AwaitedDecision(event, timers, patience, has_deadline);
    future = made->promise_.future();
    (void)made->promise_.try_start();  // scripts get the event also if its future is dropped
    event.send_and_hold(outgoing, subscribers, *made);
  } catch (const std::bad_alloc&) {
    event.take_back();
    if (made == nullptr) {
      event.release();  // otherwise `made` does that
    }
    delete made;
    throw;
  }
  if (has_deadline) {
    made->start_timer(deadline);
  }
  return future;
}

// The last answer may come before the timer is scheduled. The one of the two that is second then
// cancels the timer.
void AwaitedDecision::start_timer(TimePoint deadline) noexcept {
  const bool is_scheduled = timers_.try_schedule(*this, deadline);
  if (!is_scheduled && claim()) [[unlikely]] {
    promise_.set(fail_without_memory());
  }
  if ((progress_.fetch_or(kScheduled, std::memory_order_acq_rel) & kAnswered) != 0) {
    stop_timer();
  }
  if (!is_scheduled) [[unlikely]] {
    drop_reference();  // the timer's
  }
}

void AwaitedDecision::answered(Event& /*event*/) noexcept {
  if (claim()) {
    promise_.set(event_.take_decision());
  }
  if (!has_deadline_) {
    drop_reference();
  } else if ((progress_.fetch_or(kAnswered, std::memory_order_acq_rel) & kScheduled) != 0) {
    stop_timer();
  }
}

void AwaitedDecision::stop_timer() noexcept {
  if (timers_.cancel(*this)) {
    drop_reference();
  }
  drop_reference();
}

void AwaitedDecision::expire() noexcept {
  if (claim()) {
    event_.give_up(patience_);
    promise_.set(event_.take_decision());
  }
  drop_reference();
}

void AwaitedDecision::drop_reference() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete this;
  }
}

}  // namespace hookline::detail
