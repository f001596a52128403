#include "hookline/detail/future_core.h"

#include <utility>

#include "dispatch/base/adaptive_spin.h"
#include "dispatch/base/asymmetric_fence.h"
#include "dispatch/wait/parker.h"
#include "dispatch/wait/served_call.h"
#include "dispatch/wait/waiter.h"
#include "hookline/detail/result_space.h"

namespace hookline::detail {

void FutureCore::release() noexcept {
  // No other thread can add a reference if there is only one owner, so it needs no atomic update.
  const bool sole_owner = word_.load(std::memory_order_acquire) / kReference == 1;
  if (sole_owner || word_.fetch_sub(kReference, std::memory_order_acq_rel) / kReference == 1) {
    dispose();
  }
}

bool FutureCore::try_settle_unstarted() noexcept {
  if (!try_set(kClaiming, kStarted | kSettling | kClaiming)) {
    return false;
  }
  AsymmetricFence::heavy();
  const bool settles =
      !start_noted_.load(std::memory_order_relaxed) && try_set(kSettling, kStarted | kSettling);
  word_.fetch_and(~kClaiming, std::memory_order_acq_rel);
  return settles;
}

void FutureCore::publish() noexcept {
  const std::uint32_t before = word_.fetch_or(kDone, std::memory_order_acq_rel);
  if ((before & kWaiter) != 0) {
    const ParkerRef waiter = std::move(awaited().waiter);
    waiter->unpark();
  }
  if ((before & kContinuation) != 0) {
    const Awaited& consumer = awaited();
    consumer.executor->post(*consumer.continuation);
  }
}

bool FutureCore::wait_until(TimePoint deadline) {
  if (done()) {
    return true;
  }
  // The worker may be about to publish: asking to be woken would cost it more than the call itself.
  cpu_pause();
  if (done()) {
    return true;
  }
  // A function of the host may be about to wait for the script that waits for it. Then this makes
  // the result an error.
  const BlockedThread blocked(deadline == kNoDeadline ? this : nullptr);
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
  if (done()) {
    return false;  // futures that were made without memory share a state, which nobody may write
  }
  awaited().executor = &executor;
  awaited().continuation = &job;
  return try_set(kContinuation, kDone);
}

}  // namespace hookline::detail
