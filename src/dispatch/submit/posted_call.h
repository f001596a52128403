#pragma once

#include <utility>

#include "dispatch/base/pool_item.h"
#include "dispatch/call/call.h"
#include "dispatch/call/owned_request.h"
#include "dispatch/call/request_writer.h"
#include "dispatch/mailbox/mailbox.h"

namespace hookline::detail {

// Hears of the calls that nobody waits for and that did not end with a value.
// Thread safety: called from workers, and from whoever posts what a mailbox does not take.
class ErrorSink {
 public:
  ErrorSink() = default;
  ErrorSink(const ErrorSink&) = delete;
  ErrorSink& operator=(const ErrorSink&) = delete;
  virtual ~ErrorSink() = default;
  // Must not throw and must not block. `request` is valid meanwhile.
  virtual void on_error(const Request& request, const Error& error) noexcept = 0;
};

// A call whose value nobody wants. From a pool: with text arguments it allocates nothing in steady
// state.
//
// Thread safety: post() from any thread.
class alignas(64) PostedCall final : public Call, public PoolItem {
 public:
  // `fill(RequestWriter&)` describes the call. `errors` may be null, and must outlive the call.
  // False: the mailbox did not take it.
  template <class Fill>
  static bool post(Mailbox& mailbox, Fill fill, ErrorSink* errors = nullptr) {
    PostedCall& call = take();
    QueueSlot posting(call);
    RequestWriter writer(posting, call.owned_);
    fill(writer);
    if (errors != nullptr) {
      writer.own();  // what the sink will be told
    }
    call.errors_ = errors;
    return mailbox.post(std::move(posting));
  }

  // The pool's; use post().
  PostedCall() = default;

  void run(Runner& runner, const QueueSlot& posting) noexcept override {
    run_directly(*this, runner, posting);
  }
  void finish(Result<Value> result) noexcept override;
  [[nodiscard]] Request request(RequestSpace& space) const override { return owned_.view(space); }

 private:
  [[nodiscard]] static PostedCall& take();

  OwnedRequest owned_;
  ErrorSink* errors_ = nullptr;
};

}  // namespace hookline::detail
