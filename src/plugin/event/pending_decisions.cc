#include "plugin/event/pending_decisions.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "dispatch/base/prefetch.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"

namespace hookline::detail {
namespace {

constexpr std::size_t kAhead = 4;

// Stands for kForever and the like, so that the sum with the time does not overflow.
constexpr Duration kLongestDeadline = std::chrono::years(100);

// How often to see whether events wait for nothing but late scripts by now. This is needed only
// while one waits for a late script and another one, and was sent before the first one was late.
constexpr Duration kLateInterval = std::chrono::milliseconds(5);

}  // namespace

PendingDecisions::PendingDecisions(std::shared_ptr<EventLoop> loop, EventPool& pool,
                                   const Clock& clock, Duration deadline)
    : loop_(loop.get()),
      executor_(std::move(loop),
                [this] {
                  timer_runs_ = false;
                  expire();
                }),
      clock_(clock),
      keeps_time_(executor_.batch_wakeups() && &clock == &Clock::system()),
      deadline_(std::min(deadline, kLongestDeadline)),
      pool_(pool) {}

PendingDecisions::~PendingDecisions() { close(); }

// Reads the clock once per turn if the loop tells where one ends, because an event costs little
// more than that, and once more for the first of the awaited events, since a turn may be long.
TimePoint PendingDecisions::now() {
  if (!keeps_time_) {
    return clock_.coarse_now();
  }
  if (executor_.is_new_turn() || oldest_ == nullptr) {
    turn_time_ = clock_.now();
  }
  return turn_time_;
}

Event& PendingDecisions::take() {
  if (spare_.empty()) [[unlikely]] {
    return take_from_pool();
  }
  Event& event = *spare_.back();
  spare_.pop_back();
  if (spare_.size() >= kAhead) {
    prefetch<sizeof(SentEvent)>(spare_[spare_.size() - kAhead]);
  }
  return event;
}

Event& PendingDecisions::take_from_pool() {
  if (spare_.capacity() == taken_) {
    spare_.reserve((2 * taken_) + 1);
  }
  Event& event = pool_.take();
  ++taken_;
  return event;
}

void PendingDecisions::take_back(Event& event) noexcept {
  unlink(event);
  event.take_back();
  give_back(event);
}

void PendingDecisions::give_back(Event& event) noexcept {
  event.tidy();
  if (closed_) {
    pool_.give_back(event);
  } else {
    spare_.push_back(&event);
  }
}

Event& PendingDecisions::await(DecisionHandler& handler) {
  Event& event = take();
  event.pending_ = {.list = this, .handler = &handler, .deadline = now() + deadline_};
  link_before(nullptr, event);
  if (oldest_ == &event) {
    arm();
  }
  return event;
}

// nullptr stands for the end.
void PendingDecisions::link_before(Event* later, Event& event) noexcept {
  Event* const earlier = later == nullptr ? newest_ : later->pending_.earlier;
  event.pending_.earlier = earlier;
  event.pending_.later = later;
  (earlier == nullptr ? oldest_ : earlier->pending_.later) = &event;
  (later == nullptr ? newest_ : later->pending_.earlier) = &event;
}

void PendingDecisions::unlink(Event& event) noexcept {
  const Event::Pending& at = event.pending_;
  (at.earlier == nullptr ? oldest_ : at.earlier->pending_.later) = at.later;
  (at.later == nullptr ? newest_ : at.later->pending_.earlier) = at.earlier;
}

void PendingDecisions::answered(Event& event) noexcept {
  if (event.pending_.handler != nullptr) {
    deliver(event);
  }
  give_back(event);
}

void PendingDecisions::deliver(Event& event) noexcept {
  unlink(event);
  DecisionHandler& handler = *std::exchange(event.pending_.handler, nullptr);
  handler.on_decision(event.take_decision());
}

void PendingDecisions::deliver_due(TimePoint now) {
  while (oldest_ != nullptr && oldest_->pending_.deadline <= now) {
    is_late_ |= oldest_->give_up(deadline_);
    deliver(*oldest_);
  }
}

// The events go to the front of the list in place of being delivered here, because a handler may
// change the list.
void PendingDecisions::give_up_on_late(TimePoint now) {
  is_late_ = false;
  Event* rest = oldest_;  // the first one that is not due
  for (Event* event = oldest_; event != nullptr;) {
    Event& each = *std::exchange(event, event->pending_.later);
    const Event::WaitsFor waits_for = each.waits_for();
    is_late_ = is_late_ || waits_for == Event::WaitsFor::kLateAndOthers;
    if (waits_for != Event::WaitsFor::kLate) {
      continue;
    }
    each.pending_.deadline = now;
    if (&each == rest) {
      rest = each.pending_.later;
    } else {
      unlink(each);
      link_before(rest, each);
    }
  }
}

void PendingDecisions::expire() {
  const TimePoint now = clock_.now();
  deliver_due(now);
  if (is_late_ && !closed_) {
    give_up_on_late(now);
    const bool is_late = is_late_;
    deliver_due(now);
    is_late_ = is_late;
  }
  arm();
}

// The timer keeps running when its event has been answered, and finds the next one when it runs
// out. So if scripts answer in time, it is armed once per deadline and not once per event.
void PendingDecisions::arm() {
  if (closed_ || timer_runs_ || oldest_ == nullptr) {
    return;
  }
  timer_runs_ = true;
  const Duration rest =
      std::max<Duration>(oldest_->pending_.deadline - clock_.now(), std::chrono::milliseconds(1));
  executor_.set_timer(is_late_ ? std::min(rest, kLateInterval) : rest);
}

void PendingDecisions::close() {
  if (closed_) {
    return;
  }
  closed_ = true;
  while (oldest_ != nullptr) {
    deliver(*oldest_);
  }
  for (Event* const event : std::exchange(spare_, {})) {
    pool_.give_back(*event);
  }
  executor_.close();
}

}  // namespace hookline::detail
