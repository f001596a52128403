#include "dispatch/mailbox/blocked_posters.h"

namespace hookline::detail {

void BlockedPosters::enter(Poster& poster) noexcept {
  const std::scoped_lock lock(mutex_);
  poster.earlier = last_;
  (last_ == nullptr ? first_ : last_->later) = &poster;
  last_ = &poster;
  waiting_.fetch_add(1, std::memory_order_seq_cst);
}

void BlockedPosters::leave(Poster& poster) noexcept {
  const std::scoped_lock lock(mutex_);
  (poster.earlier == nullptr ? first_ : poster.earlier->later) = poster.later;
  (poster.later == nullptr ? last_ : poster.later->earlier) = poster.earlier;
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  if (poster.woken.load(std::memory_order_relaxed)) {
    wake_next();  // it has not used its wake-up
  }
}

bool BlockedPosters::wake_next() noexcept {
  for (Poster* poster = first_; poster != nullptr; poster = poster->later) {
    if (!poster->woken.load(std::memory_order_seq_cst)) {
      poster->woken.store(true, std::memory_order_release);
      poster->parker->unpark();
      return true;
    }
  }
  return false;
}

void BlockedPosters::wake_first() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    wake_next();
  }
  keep_notices();
}

void BlockedPosters::wake_all() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    while (wake_next()) {
    }
  }
  keep_notices();
}

// The notices are kept without the mutex, because that runs the continuations of their futures.
void BlockedPosters::keep_notices() noexcept {
  std::vector<Promise<void>> due;
  {
    const std::scoped_lock lock(mutex_);
    due.swap(notices_);
    waiting_.fetch_sub(static_cast<std::uint32_t>(due.size()), std::memory_order_relaxed);
  }
  for (Promise<void>& notice : due) {
    notice.set({});
  }
}

}  // namespace hookline::detail
