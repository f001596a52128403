#pragma once

#include <memory>
#include <utility>

#include "dispatch/base/asymmetric_fence.h"
#include "dispatch/base/object_pool.h"
#include "dispatch/base/prefetch.h"
#include "dispatch/call/call.h"
#include "dispatch/call/request_writer.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/wait/served_call.h"
#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/future.h"
#include "marshal/owned_request.h"

namespace hookline::detail {

// Has the deadline of a call, and the service that watches it, which must outlive the call.
struct CallLimits {
  TimePoint deadline = kNoDeadline;  // by the clock of `timers`
  TimerService* timers = nullptr;
};

// Is a call whose result goes to a Future<Value>. The call and the future's state are one object
// from a pool, so that a call with text arguments allocates nothing in steady state. The worker
// touches only its first cache line, unless the call has a deadline, its request does not fit into
// the queue slot, or somebody waits for the future already.
//
//   Future<Value> future = FutureCall::post(mailbox, [&](RequestWriter& request) {
//     request.set_function(on_login);
//     request.add_text(nick);
//   });
//
// The future's cancel() works until the call starts. At its deadline the call ends with
// kDeadlineExceeded, whatever the script does: a call that has not started will never start, and
// the late result of a running one is dropped. If it would never start, because the script that it
// is for waits for it through the host, it ends with kWouldDeadlock: see wait/served_call.h.
//
// Ownership: the mailbox, the future and the timer of a deadline have one reference each; the last
// one returns the object to the pool.
//
// Thread safety: post() from any thread.
class alignas(64) FutureCall final : public Call,
                                     public FutureState<Value>,
                                     public PoolItem,
                                     private Timer {
 public:
  // `fill(RequestWriter&)` describes the call. If the mailbox does not accept the call, the future
  // has the error.
  template <class Fill>
  [[nodiscard]] static Future<Value> post(Mailbox& mailbox, Fill fill, CallLimits limits = {}) {
    FutureCall& call = take();
    QueueSlot slot(call);
    RequestWriter request(slot, call.owned_);
    fill(request);
    return call.send(mailbox, std::move(slot), request.owns(), limits);
  }

  // For the pool; use post().
  FutureCall() noexcept : FutureState<Value>(0) {}

  void run(Runner& runner, const QueueSlot& slot) noexcept override {
    run_directly(*this, runner, slot);
  }
  [[nodiscard]] bool try_start() noexcept override {
    note_started();
    AsymmetricFence::light();
    return !contested() || try_start_contested();
  }
  void finish(Result<Value>&& result) noexcept override {
    if (started() && !marked(kHasDeadline | kForScript)) [[likely]] {
      // No other thread settles a call that has started and has no deadline.
      set_result(std::move(result));
      publish_and_release();
    } else if (marked(kForScript)) {
      finish_for_script(std::move(result));
    } else {
      finish_unstarted(std::move(result));
    }
  }
  [[nodiscard]] Request request() const override { return owned_.view(); }

 private:
  // The base classes come in this order, and Awaited is the last part of the state.
  static_assert(sizeof(Call) + sizeof(FutureState<Value>) - sizeof(Awaited) <= kCacheLine,
                "the worker touches one cache line");

  [[nodiscard]] static FutureCall& take();
  [[nodiscard]] Future<Value> send(Mailbox& mailbox, QueueSlot&& slot, bool owns,
                                   CallLimits limits);
  // Starts the timer of the deadline. Returns false if there is no memory.
  [[nodiscard]] bool schedule(const CallLimits& limits) noexcept;
  // Adds the call to what the host serves for a script. Returns false if there is no memory.
  [[nodiscard]] bool watch(const Mailbox& mailbox) noexcept;
  [[nodiscard]] bool try_start_contested() noexcept;
  void finish_unstarted(Result<Value> result) noexcept;
  void finish_for_script(Result<Value> result) noexcept;
  void finish_before_deadline(Result<Value> result) noexcept;
  void expire() noexcept override;
  void dispose() noexcept override;

  static constexpr std::uint32_t kOwns = kMark1;         // owned_ is in use
  static constexpr std::uint32_t kHasDeadline = kMark2;  // and timers_
  static constexpr std::uint32_t kForScript = kMark3;    // and watched_

  // Is the call as part of what the host serves for a script that may wait for it.
  class Watched;

  TimerService* timers_ = nullptr;
  std::unique_ptr<AwaitedCall> watched_;
  OwnedRequest owned_;
};

// Posts a call with a request that exists already.
[[nodiscard]] Future<Value> call(Mailbox& mailbox, OwnedRequest request, CallLimits limits = {});

}  // namespace hookline::detail
