#include "dispatch/delivered_call.h"

#include <memory>

#include "dispatch/recycler.h"

namespace hookline {
namespace {

// Never destroyed, like BlockPool.
Recycler<DeliveredCall>& pool() {
  static auto* const kInstance = std::make_unique<Recycler<DeliveredCall>>().release();
  return *kInstance;
}

}  // namespace

DeliveredCall& DeliveredCall::take() { return pool().get(); }

void DeliveredCall::finish(Result<Value> result) noexcept {
  space_.set(kept_, std::move(result));
  executor_->post(*this);
}

void DeliveredCall::run() noexcept { tell(space_.take(kept_)); }

void DeliveredCall::discard() noexcept {
  space_.clear(kept_);
  tell(fail(ErrorCode::kShuttingDown, "the loop that awaits the result has closed"));
}

// Given back first: the handler is likely to make the next call.
void DeliveredCall::tell(Result<Value> result) noexcept {
  ResultHandler& handler = *handler_;
  if (owns_) {
    owned_.clear();
  }
  pool().put(*this);
  handler.on_result(std::move(result));
}

}  // namespace hookline
