#pragma once

#include <utility>

#include "dispatch/base/pool_item.h"
#include "dispatch/call/call.h"
#include "dispatch/call/owned_request.h"
#include "dispatch/call/request_writer.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/wait/timer.h"
#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/future.h"

namespace hookline::detail {

// How long a call may take. A deadline needs the service that watches it, which must outlive the
// call.
struct CallLimits {
  TimePoint deadline = kNoDeadline;  // by the clock of `timers`
  TimerService* timers = nullptr;
};

// A call whose result goes to a Future<Value>. The call and the future's state are one object from
// a pool, so that in steady state a call with text arguments allocates nothing. What the worker
// touches of it is its first cache line, unless it has a deadline or more than a small request.
//
//   Future<Value> future = FutureCall::post(mailbox, [&](RequestWriter& request) {
//     request.set_function(on_login);
//     request.add_text(nick);
//   });
//
// The future's cancel() works until the call starts. A call that is past its deadline ends with
// kDeadlineExceeded, whatever the script does: if it has not started it never will, otherwise its
// late result is thrown away.
//
// Thread safety: post() from any thread.
class alignas(64) FutureCall final : public Call,
                                     public FutureState<Value>,
                                     public PoolItem,
                                     private Timer {
 public:
  // `fill(RequestWriter&)` describes the call.
  template <class Fill>
  [[nodiscard]] static Future<Value> post(Mailbox& mailbox, Fill fill, CallLimits limits = {}) {
    FutureCall& call = take();
    QueueSlot posting(call);
    RequestWriter request(posting, call.owned_);
    fill(request);
    return call.send(mailbox, std::move(posting), request.owns(), limits);
  }

  // The pool's; use post().
  FutureCall() noexcept : FutureState<Value>(0) {}

  void run(Runner& runner, const QueueSlot& posting) noexcept override {
    run_directly(*this, runner, posting);
  }
  [[nodiscard]] bool try_start() noexcept override { return FutureCore::try_start(); }
  void finish(Result<Value> result) noexcept override;
  [[nodiscard]] Request request(RequestSpace& space) const override { return owned_.view(space); }

 private:
  [[nodiscard]] static FutureCall& take();
  [[nodiscard]] Future<Value> send(Mailbox& mailbox, QueueSlot&& posting, bool owns,
                                   CallLimits limits);
  void finish_before_deadline(Result<Value> result) noexcept;
  void expire() noexcept override;
  void dispose() noexcept override;

  static constexpr std::uint32_t kOwns = kMark1;         // owned_ is in use
  static constexpr std::uint32_t kHasDeadline = kMark2;  // and timers_

  TimerService* timers_ = nullptr;
  OwnedRequest owned_;
};

// The same for a request that exists already.
[[nodiscard]] Future<Value> call(Mailbox& mailbox, OwnedRequest request, CallLimits limits = {});

}  // namespace hookline::detail
