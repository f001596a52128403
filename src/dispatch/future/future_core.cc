#include "hookline/detail/future_core.h"

#include <utility>

#include "dispatch/wait/waiter.h"

namespace hookline::detail {

void FutureCore::release() noexcept {
  // Nobody can add a reference to one that has a single owner, so that needs no atomic update.
  const bool sole_owner = word_.load(std::memory_order_acquire) / kReference == 1;
  if (sole_owner || word_.fetch_sub(kReference, std::memory_order_acq_rel) / kReference == 1) {
    dispose();
  }
}

void FutureCore::publish() noexcept {
  const std::uint32_t before = word_.fetch_or(kDone, std::memory_order_acq_rel);
  if ((before & kWaiter) != 0) {
    const SharedParker::Ref waiter = std::move(awaited().waiter);
    waiter->unpark();
  }
  if ((before & kContinuation) != 0) {
    const Awaited& who = awaited();
    who.executor->post(*who.continuation);
  }
}

void FutureCore::publish_and_release() noexcept {
  std::uint32_t word = word_.load(std::memory_order_relaxed);
  while ((word & (kWaiter | kContinuation)) == 0) {
    if (word_.compare_exchange_weak(word, (word | kDone) - kReference, std::memory_order_acq_rel,
                                    std::memory_order_relaxed)) {
      if (word / kReference == 1) {
        dispose();
      }
      return;
    }
  }
  publish();
  release();
}

bool FutureCore::wait_until(TimePoint deadline) {
  if (done()) {
    return true;
  }
  Waiter waiter;
  awaited().waiter = waiter.parker();
  if (!try_set(kWaiter, kDone)) {
    awaited().waiter = {};
    return true;
  }
  if (waiter.wait_until([this] { return done(); }, deadline)) {
    return true;
  }
  const std::uint32_t before = word_.fetch_and(~kWaiter, std::memory_order_acq_rel);
  if ((before & kDone) != 0) {
    return true;
  }
  awaited().waiter = {};
  return false;
}

bool FutureCore::try_set_continuation(Executor& executor, Job& job) noexcept {
  awaited().executor = &executor;
  awaited().continuation = &job;
  return try_set(kContinuation, kDone);
}

}  // namespace hookline::detail
