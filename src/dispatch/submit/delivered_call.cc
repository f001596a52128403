#include "dispatch/submit/delivered_call.h"

#include "dispatch/base/object_pool.h"

namespace hookline::detail {

DeliveredCall& DeliveredCall::take() { return process_pool<DeliveredCall>().get(); }

void DeliveredCall::finish(Result<Value>&& result) noexcept {
  space_.set(kept_, std::move(result));
  executor_->post(*this);
}

void DeliveredCall::run() noexcept { call_handler(space_.take(kept_)); }

void DeliveredCall::discard() noexcept {
  space_.clear(kept_);
  call_handler(fail(ErrorCode::kShuttingDown, "the loop that awaits the result has closed"));
}

// Returns to the pool first, because the handler is likely to make the next call.
void DeliveredCall::call_handler(Result<Value> result) noexcept {
  ResultHandler& handler = *handler_;
  if (owns_) {
    owned_.clear();
  }
  process_pool<DeliveredCall>().put(*this);
  handler.on_result(std::move(result));
}

}  // namespace hookline::detail
