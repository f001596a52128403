#pragma once

#include <utility>

#include "dispatch/base/pool_item.h"
#include "dispatch/call/call.h"
#include "dispatch/call/owned_request.h"
#include "dispatch/call/request_writer.h"
#include "dispatch/mailbox/mailbox.h"
#include "hookline/detail/result_space.h"
#include "hookline/executor.h"

namespace hookline::detail {

// Gets the result of one call on an executor, usually the event loop's.
class ResultHandler {
 public:
  ResultHandler() = default;
  ResultHandler(const ResultHandler&) = delete;
  ResultHandler& operator=(const ResultHandler&) = delete;
  virtual ~ResultHandler() = default;
  // Called exactly once per call, by the executor; where that discards the call, with
  // kShuttingDown. The handler must live until then.
  virtual void on_result(Result<Value> result) noexcept = 0;
};

// What a DeliveredCall has that its worker writes.
class Deliverable {
 protected:
  Executor* executor_ = nullptr;
  Kept kept_ = Kept::kNothing;
  ResultSpace<Value> space_;
};

// A call whose result is delivered: when it has run, it posts itself to an executor and tells its
// handler there. It costs less than a future with a continuation, since it is one object that two
// threads pass to each other, and nothing of it is counted.
//
//   DeliveredCall::post(mailbox, [&](RequestWriter& request) {
//     request.set_function(on_login);
//     request.add_text(nick);
//   }, loop, handler);
//
// It has neither cancel() nor a deadline; a FutureCall has.
//
// Thread safety: post() from any thread.
class alignas(64) DeliveredCall final : private Job,
                                        public Call,
                                        private Deliverable,
                                        public PoolItem {
 public:
  // `fill(RequestWriter&)` describes the call. A call that the mailbox does not take is delivered
  // as well, with the error. `executor` must outlive the call.
  template <class Fill>
  static void post(Mailbox& mailbox, Fill fill, Executor& executor, ResultHandler& handler) {
    DeliveredCall& call = take();
    QueueSlot posting(call);
    RequestWriter request(posting, call.owned_);
    fill(request);
    call.owns_ = request.owns();
    call.executor_ = &executor;
    call.handler_ = &handler;
    posting.set_call_lines(2);
    mailbox.post(std::move(posting));
  }

  // The pool's; use post().
  DeliveredCall() = default;

  void run(Runner& runner, const QueueSlot& posting) noexcept override {
    run_directly(*this, runner, posting);
  }
  void finish(Result<Value> result) noexcept override;
  [[nodiscard]] Request request(RequestSpace& space) const override { return owned_.view(space); }

 private:
  [[nodiscard]] static DeliveredCall& take();
  // The job: tells the handler.
  void run() noexcept override;
  void discard() noexcept override;
  void tell(Result<Value> result) noexcept;

  ResultHandler* handler_ = nullptr;
  bool owns_ = false;  // owned_ is in use
  OwnedRequest owned_;
};

}  // namespace hookline::detail
