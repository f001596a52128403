#include "dispatch/submit/posted_call.h"

#include "dispatch/base/process_pool.h"

namespace hookline::detail {

PostedCall& PostedCall::take() { return process_pool<PostedCall>().get(); }

void PostedCall::finish(Result<Value> result) noexcept {
  if (!result && errors_ != nullptr) {
    RequestSpace space;
    errors_->on_error(request(space), result.error());
  }
  owned_.clear();
  process_pool<PostedCall>().put(*this);
}

}  // namespace hookline::detail
