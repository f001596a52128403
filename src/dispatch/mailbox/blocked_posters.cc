#include "dispatch/mailbox/blocked_posters.h"

#include <iterator>

namespace hookline::detail {

BlockedPosters::Place BlockedPosters::enter(const ParkerRef& parker) {
  const std::scoped_lock lock(mutex_);
  posters_.emplace_back(parker);
  waiting_.fetch_add(1, std::memory_order_seq_cst);
  return std::prev(posters_.end());
}

void BlockedPosters::leave(Place place) noexcept {
  const std::scoped_lock lock(mutex_);
  const bool unused_wake_up = place->woken.load(std::memory_order_relaxed);
  posters_.erase(place);
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  if (unused_wake_up) {
    wake_next();
  }
}

bool BlockedPosters::wake_next() noexcept {
  for (Poster& poster : posters_) {
    if (!poster.woken.load(std::memory_order_relaxed)) {
      poster.woken.store(true, std::memory_order_release);
      poster.parker->unpark();
      return true;
    }
  }
  return false;
}

void BlockedPosters::wake_all() noexcept {
  const std::scoped_lock lock(mutex_);
  while (wake_next()) {
  }
}

}  // namespace hookline::detail
