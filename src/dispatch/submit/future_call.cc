#include "dispatch/submit/future_call.h"

#include <cassert>
#include <cstddef>

#include "dispatch/base/prefetch.h"

namespace hookline::detail {
namespace {

constexpr std::size_t kAhead = 6;

}  // namespace

FutureCall& FutureCall::take() { return process_pool<FutureCall>().get(); }

Future<Value> FutureCall::send(Mailbox& mailbox, QueueSlot&& slot, bool owns, CallLimits limits) {
  const bool has_deadline = limits.deadline != kNoDeadline;
  // The mailbox, the future and the timer have one reference each.
  reset(has_deadline ? 3 : 2, (owns ? kOwns : 0) | (has_deadline ? kHasDeadline : 0));
  Future<Value> future{FutureStateRef<Value>(*this)};
  if (has_deadline) {
    assert(limits.timers != nullptr);
    timers_ = limits.timers;
    timers_->schedule(*this, limits.deadline);
  }
  mailbox.post(std::move(slot));
  return future;
}

// Another thread cancels the call just now, or the call has ended before it started.
bool FutureCall::try_start_contested() noexcept {
  if (FutureCore::try_start()) {
    return true;
  }
  note_not_started();
  return false;
}

void FutureCall::finish_unstarted(Result<Value> result) noexcept {
  if (marked(kHasDeadline)) {
    finish_before_deadline(std::move(result));
  } else if (try_settle()) {
    set_result(std::move(result));
    publish_and_release();
  } else {
    release();
  }
}

void FutureCall::finish_before_deadline(Result<Value> result) noexcept {
  if (try_settle()) {
    set_result(std::move(result));
    publish();
  }
  if (timers_->cancel(*this)) {
    release();
  }
  release();
}

void FutureCall::expire() noexcept {
  if (try_settle()) {
    set_result(fail(ErrorCode::kDeadlineExceeded, "the call has not ended in time"));
    publish();
  }
  release();
}

void FutureCall::dispose() noexcept {
  if (result_taken()) {
    // A consumer with many futures usually reads them in the order of the calls, which mostly is
    // the order of their addresses. The worker has written them, so this prefetches a later one.
    prefetch<kCacheLine>(behind(this, kAhead * sizeof(FutureCall)));
  }
  clear_result();
  if (marked(kOwns)) {
    owned_.clear();
  }
  process_pool<FutureCall>().put(*this);
}

Future<Value> call(Mailbox& mailbox, OwnedRequest request, CallLimits limits) {
  return FutureCall::post(
      mailbox, [&request](RequestWriter& writer) { writer.set_request(std::move(request)); },
      limits);
}

}  // namespace hookline::detail
