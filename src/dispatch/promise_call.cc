#include "dispatch/promise_call.h"

#include <cassert>
#include <memory>

#include "dispatch/recycler.h"

namespace hookline {
namespace {

// Never destroyed, like BlockPool and for the same reason: a future may be dropped at any time.
Recycler<PromiseCall>& pool() {
  static auto* const kInstance = std::make_unique<Recycler<PromiseCall>>().release();
  return *kInstance;
}

}  // namespace

PromiseCall& PromiseCall::take() {
  PromiseCall& call = pool().get();
  call.reset(2);  // the mailbox's and the future's
  call.started_ = false;
  return call;
}

Future<Value> PromiseCall::send(Mailbox& mailbox, CallLimits limits) {
  Future<Value> future{FutureStateRef<Value>(*this)};
  timers_ = nullptr;
  if (limits.deadline != kNoDeadline) {
    assert(limits.timers != nullptr);
    timers_ = limits.timers;
    add_reference();  // the timer's
    timers_->schedule(*this, limits.deadline);
  }
  mailbox.post(*this);
  return future;
}

bool PromiseCall::try_start() noexcept {
  started_ = FutureCore::try_start();
  return started_;
}

void PromiseCall::finish(Result<Value> result) noexcept {
  if (timers_ != nullptr) {
    finish_before_deadline(std::move(result));
  } else if (started_ || try_settle()) {
    // Once it has started, nobody else would settle it.
    set_result(std::move(result));
    publish_and_release();
  } else {
    release();
  }
}

void PromiseCall::finish_before_deadline(Result<Value> result) noexcept {
  if (try_settle()) {
    set_result(std::move(result));
    publish();
  }
  if (timers_->cancel(*this)) {
    release();
  }
  release();
}

void PromiseCall::expire() noexcept {
  if (try_settle()) {
    set_result(fail(ErrorCode::kDeadlineExceeded, "the call has not ended in time"));
    publish();
  }
  release();
}

void PromiseCall::dispose() noexcept {
  clear_result();
  owned_.clear();
  pool().put(*this);
}

Future<Value> call(Mailbox& mailbox, OwnedRequest request, CallLimits limits) {
  return PromiseCall::post(
      mailbox, [&request](OwnedRequest& owned) { owned = std::move(request); }, limits);
}

}  // namespace hookline
