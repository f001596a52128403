#pragma once

#include <cstdint>
#include <utility>

#include "dispatch/base/object_pool.h"
#include "dispatch/base/prefetch.h"
#include "dispatch/call/call.h"
#include "dispatch/call/request_writer.h"
#include "dispatch/mailbox/mailbox.h"
#include "hookline/detail/result_space.h"
#include "hookline/loop.h"
#include "marshal/owned_request.h"

namespace hookline::detail {

// Is the part of a DeliveredCall that the worker writes. It is a base class, so that it lies in the
// first cache lines.
class Deliverable {
 protected:
  Executor* executor_ = nullptr;
  Kept kept_ = Kept::kNothing;
  ResultSpace<Value> space_;
};

// Is a call whose result goes to a handler: when the call has run, it posts itself to an executor,
// where it calls its handler. It costs less than a future with a continuation, since it is one
// object that two threads pass to each other, without a reference count.
//
//   DeliveredCall::post(mailbox, [&](RequestWriter& request) {
//     request.set_function(on_login);
//     request.add_text(nick);
//   }, loop, handler);
//
// It has neither cancel() nor a deadline; use a FutureCall for these.
//
// Ownership: the mailbox, then the executor owns the call; it returns to its pool just before it
// calls the handler.
//
// Thread safety: post() from any thread.
class alignas(64) DeliveredCall final : private Job,
                                        public Call,
                                        private Deliverable,
                                        public PoolItem {
 public:
  // `fill(RequestWriter&)` describes the call. If the mailbox does not accept the call, the handler
  // gets the error in the same way. `executor` must outlive the call.
  template <class Fill>
  static void post(Mailbox& mailbox, Fill fill, Executor& executor, ResultHandler& handler) {
    DeliveredCall& call = take();
    QueueSlot slot(call);
    RequestWriter request(slot, call.owned_);
    fill(request);
    call.owns_ = request.owns();
    call.executor_ = &executor;
    call.handler_ = &handler;
    slot.set_call_lines(kLines);
    mailbox.post(std::move(slot));
  }

  // For the pool; use post().
  DeliveredCall() = default;

  void run(Runner& runner, const QueueSlot& slot) noexcept override {
    run_directly(*this, runner, slot);
  }
  void finish(Result<Value>&& result) noexcept override;
  [[nodiscard]] Request request() const override { return owned_.view(); }

 private:
  // The number of cache lines that the worker touches.
  static constexpr std::uint8_t kLines = 2;
  static_assert(sizeof(Job) + sizeof(Call) + sizeof(Deliverable) <= kLines * kCacheLine);

  [[nodiscard]] static DeliveredCall& take();
  // Job: calls the handler.
  void run() noexcept override;
  void discard() noexcept override;
  void call_handler(Result<Value> result) noexcept;

  ResultHandler* handler_ = nullptr;
  bool owns_ = false;  // owned_ is in use
  OwnedRequest owned_;
};

}  // namespace hookline::detail
