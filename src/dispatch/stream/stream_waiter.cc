#include "dispatch/stream/stream_waiter.h"

#include <utility>

#include "dispatch/stream/stream_core.h"

namespace hookline::detail {

void StreamWaiter::schedule(TimerService& timers, TimePoint deadline) {
  scheduled_ = shared_from_this();
  timers_ = &timers;
  timers.schedule(*this, deadline);
}

void StreamWaiter::finish(Result<Item> result) {
  if (timers_ != nullptr && timers_->cancel(*this)) {
    scheduled_.reset();
  }
  promise_.set(std::move(result));
}

void StreamWaiter::expire() noexcept {
  const std::shared_ptr<StreamWaiter> self = std::move(scheduled_);
  if (const auto stream = stream_.lock()) {
    stream->on_expired(*this);
  }
}

}  // namespace hookline::detail
