#include "dispatch/submit/future_call.h"

#include <cassert>
#include <cstddef>
#include <memory>
#include <new>

#include "dispatch/base/no_memory.h"
#include "dispatch/base/prefetch.h"
#include "hookline/error.h"

namespace hookline::detail {
namespace {

constexpr std::size_t kAhead = 6;
constexpr const char* kCircle =
    "would deadlock: the script that is called waits, through the host, for this call";

}  // namespace

class FutureCall::Watched final : public AwaitedCall {
 public:
  Watched(FutureCall& call, const Mailbox& mailbox) : call_(call), mailbox_(mailbox) {}

  [[nodiscard]] std::shared_ptr<ScriptThread> thread() const override {
    return mailbox_.script_thread();
  }
  // The mailbox and the timer have references, too.
  [[nodiscard]] bool is_awaited() const override {
    return call_.is_wanted(call_.marked(kHasDeadline) ? 2 : 1);
  }
  [[nodiscard]] const void* future() const noexcept override {
    return static_cast<const FutureCore*>(&call_);
  }
  [[nodiscard]] std::move_only_function<void()> refuse() override {
    Result<Value> error = fail(ErrorCode::kWouldDeadlock, kCircle);  // may need memory
    if (!call_.try_settle_unstarted()) {
      return {};
    }
    call_.set_result(std::move(error));
    call_.add_reference();
    return [state = FutureStateRef<Value>(call_)] { state.core().publish(); };
  }

 private:
  FutureCall& call_;
  const Mailbox& mailbox_;
};

FutureCall& FutureCall::take() { return process_pool<FutureCall>().get(); }

Future<Value> FutureCall::send(Mailbox& mailbox, QueueSlot&& slot, bool owns, CallLimits limits) {
  const bool has_deadline = limits.deadline != kNoDeadline;
  const bool for_script = Serving::is_awaited();
  // The mailbox, the future and the timer have one reference each.
  reset(has_deadline ? 3 : 2,
        (owns ? kOwns : 0) | (has_deadline ? kHasDeadline : 0) | (for_script ? kForScript : 0));
  Future<Value> future{FutureStateRef<Value>(*this)};
  if (has_deadline && !schedule(limits)) [[unlikely]] {
    reset(2, owns ? kOwns : 0);  // there is no timer
    finish(fail_without_memory());
    return future;
  }
  if (for_script && !watch(mailbox)) [[unlikely]] {
    finish(fail_without_memory());
    return future;
  }
  mailbox.post(std::move(slot));
  return future;
}

bool FutureCall::schedule(const CallLimits& limits) noexcept {
  assert(limits.timers != nullptr);
  timers_ = limits.timers;
  return timers_->try_schedule(*this, limits.deadline);
}

bool FutureCall::watch(const Mailbox& mailbox) noexcept {
  try {
    watched_ = std::make_unique<Watched>(*this, mailbox);
    Serving::add(*watched_);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
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

// Continuations of the result run here, and they may call scripts for the same script.
void FutureCall::finish_for_script(Result<Value> result) noexcept {
  const Serving goes_on(watched_ != nullptr ? watched_->remove() : nullptr);
  watched_.reset();
  finish_unstarted(std::move(result));
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
