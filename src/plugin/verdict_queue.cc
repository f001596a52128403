#include "plugin/verdict_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "plugin/script_host.h"

namespace hookline {

struct VerdictQueue::Timer {
  uv_timer_t handle{};
  VerdictQueue* queue = nullptr;
};

VerdictQueue::VerdictQueue(uv_loop_t* loop, const Clock& clock, Duration deadline, bool late_allows)
    : executor_(loop),
      clock_(clock),
      deadline_(deadline),
      late_allows_(late_allows),
      timer_(std::make_unique<Timer>().release()) {
  timer_->queue = this;
  uv_timer_init(loop, &timer_->handle);
  timer_->handle.data = timer_;
}

VerdictQueue::~VerdictQueue() { close(); }

void VerdictQueue::await(Event& event, VerdictHandler& handler) {
  event.awaited() = {.queue = this,
                     .handler = &handler,
                     .deadline = clock_.coarse_now() + deadline_,
                     .earlier = newest_,
                     .later = nullptr};
  (newest_ == nullptr ? oldest_ : newest_->awaited().later) = &event;
  newest_ = &event;
  if (oldest_ == &event) {
    arm();
  }
}

void VerdictQueue::unlink(Event& event) noexcept {
  const Event::Awaited& at = event.awaited();
  (at.earlier == nullptr ? oldest_ : at.earlier->awaited().later) = at.later;
  (at.later == nullptr ? newest_ : at.later->awaited().earlier) = at.earlier;
}

void VerdictQueue::answered(Event& event) noexcept {
  if (event.awaited().handler != nullptr) {
    deliver(event);
  }
}

void VerdictQueue::deliver(Event& event) noexcept {
  unlink(event);
  VerdictHandler& handler = *std::exchange(event.awaited().handler, nullptr);
  handler.on_verdict(event.take_verdict(late_allows_));
}

void VerdictQueue::expire() {
  const TimePoint now = clock_.now();
  while (oldest_ != nullptr && oldest_->awaited().deadline <= now) {
    deliver(*oldest_);
  }
  arm();
}

// The timer is left running for an event that has been answered: it then finds the next one. So
// that a hub in which all is well arms it once per deadline, not once per event.
void VerdictQueue::arm() {
  if (timer_ == nullptr || oldest_ == nullptr ||
      uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_->handle)) != 0) {
    return;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(oldest_->awaited().deadline - clock_.now());
  uv_timer_start(
      &timer_->handle, [](uv_timer_t* timer) { static_cast<Timer*>(timer->data)->queue->expire(); },
      static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 1)), 0);
}

void VerdictQueue::close() {
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
  executor_.close();
}

}  // namespace hookline
