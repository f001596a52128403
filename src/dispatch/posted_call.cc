#include "dispatch/posted_call.h"

#include "dispatch/process_recycler.h"

namespace hookline {

PostedCall& PostedCall::take() { return process_recycler<PostedCall>().get(); }

void PostedCall::finish(Result<Value> result) noexcept {
  if (!result && errors_ != nullptr) {
    RequestSpace space;
    errors_->on_error(request(space), result.error());
  }
  owned_.clear();
  process_recycler<PostedCall>().put(*this);
}

}  // namespace hookline
