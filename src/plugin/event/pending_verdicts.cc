#include "plugin/event/pending_verdicts.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "dispatch/base/prefetch.h"
#include "hookline/script_host.h"

namespace hookline::detail {
namespace {

constexpr std::size_t kAhead = 4;

}  // namespace

struct PendingVerdicts::Timer {
  uv_timer_t handle{};
  PendingVerdicts* list = nullptr;
};

PendingVerdicts::PendingVerdicts(uv_loop_t* loop, EventPool& pool, const Clock& clock,
                                 Duration deadline, bool late_allows)
    : loop_(loop),
      executor_(loop),
      clock_(clock),
      has_loop_time_(&clock == &Clock::system()),
      deadline_(deadline),
      late_allows_(late_allows),
      timer_(std::make_unique<Timer>().release()),
      pool_(pool) {
  timer_->list = this;
  uv_timer_init(loop, &timer_->handle);
  timer_->handle.data = timer_;
}

PendingVerdicts::~PendingVerdicts() { close(); }

// Uses the loop's time if the clock is the system's, because it costs nothing to read. It is the
// start of the loop's turn, or the time at which the first of the awaited events was fired.
TimePoint PendingVerdicts::now() {
  if (!has_loop_time_) {
    return clock_.coarse_now();
  }
  if (oldest_ == nullptr) {
    uv_update_time(loop_);
  }
  return TimePoint(std::chrono::milliseconds(uv_now(loop_)));
}

Event& PendingVerdicts::take() {
  if (spare_.empty()) [[unlikely]] {
    return pool_.take();
  }
  Event& event = *spare_.back();
  spare_.pop_back();
  if (spare_.size() >= kAhead) {
    prefetch<Event::kSentBytes>(spare_[spare_.size() - kAhead]);
  }
  return event;
}

void PendingVerdicts::give_back(Event& event) noexcept {
  event.tidy();
  if (timer_ == nullptr) {  // this has been closed meanwhile
    pool_.give_back(event);
  } else {
    spare_.push_back(&event);
  }
}

Event& PendingVerdicts::await(VerdictHandler& handler) {
  Event& event = take();
  event.pending_ = {.list = this,
                    .handler = &handler,
                    .deadline = now() + deadline_,
                    .earlier = newest_,
                    .later = nullptr};
  (newest_ == nullptr ? oldest_ : newest_->pending_.later) = &event;
  newest_ = &event;
  if (oldest_ == &event) {
    arm();
  }
  return event;
}

void PendingVerdicts::unlink(Event& event) noexcept {
  const Event::Pending& at = event.pending_;
  (at.earlier == nullptr ? oldest_ : at.earlier->pending_.later) = at.later;
  (at.later == nullptr ? newest_ : at.later->pending_.earlier) = at.earlier;
}

void PendingVerdicts::answered(Event& event) noexcept {
  if (event.pending_.handler != nullptr) {
    deliver(event);
  }
  give_back(event);
}

void PendingVerdicts::deliver(Event& event) noexcept {
  unlink(event);
  VerdictHandler& handler = *std::exchange(event.pending_.handler, nullptr);
  handler.on_verdict(event.take_verdict(late_allows_));
}

void PendingVerdicts::expire() {
  const TimePoint now = clock_.now();
  while (oldest_ != nullptr && oldest_->pending_.deadline <= now) {
    deliver(*oldest_);
  }
  arm();
}

// The timer keeps running when its event has been answered, and finds the next one when it fires.
// So if scripts answer in time, it is armed once per deadline and not once per event.
void PendingVerdicts::arm() {
  if (timer_ == nullptr || oldest_ == nullptr ||
      uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_->handle)) != 0) {
    return;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(oldest_->pending_.deadline - clock_.now());
  uv_timer_start(
      &timer_->handle, [](uv_timer_t* timer) { static_cast<Timer*>(timer->data)->list->expire(); },
      static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 1)), 0);
}

void PendingVerdicts::close() {
  if (timer_ == nullptr) {
    return;
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&std::exchange(timer_, nullptr)->handle),
           [](uv_handle_t* handle) {
             const std::unique_ptr<Timer> owner(static_cast<Timer*>(handle->data));
           });
  while (oldest_ != nullptr) {
    deliver(*oldest_);
  }
  for (Event* const event : std::exchange(spare_, {})) {
    pool_.give_back(*event);
  }
  executor_.close();
}

}  // namespace hookline::detail
