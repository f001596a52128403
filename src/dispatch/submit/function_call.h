#pragma once

#include <memory>
#include <utility>

#include "dispatch/call/call.h"
#include "dispatch/mailbox/mailbox.h"
#include "hookline/detail/block_pool.h"
#include "hookline/future.h"

namespace hookline::detail {

// Runs a C++ function `Result<Value>(Runner&)` on the worker, within a batch and in order with the
// calls of the mailbox: to load a script again, say.
template <class F>
class FunctionCall final : public Call, public Pooled {
 public:
  explicit FunctionCall(F function) : function_(std::move(function)) {}

  [[nodiscard]] Future<Value> future() { return promise_.future(); }
  [[nodiscard]] bool try_start() noexcept override { return promise_.try_start(); }
  [[nodiscard]] Result<Value> execute(Runner& runner, const QueueSlot& /*posting*/) override {
    return function_(runner);
  }
  void finish(Result<Value> result) noexcept override {
    const std::unique_ptr<FunctionCall> self(this);
    promise_.set(std::move(result));
  }

 private:
  F function_;
  Promise<Value> promise_;
};

// Posts one. The future's cancel() works until the function starts.
template <class F>
[[nodiscard]] Future<Value> call_function(Mailbox& mailbox, F function) {
  auto call = std::make_unique<FunctionCall<F>>(std::move(function));
  Future<Value> future = call->future();
  mailbox.post(*call.release());
  return future;
}

}  // namespace hookline::detail
