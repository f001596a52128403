#include "dispatch/posted_call.h"

#include <memory>

#include "dispatch/recycler.h"

namespace hookline {
namespace {

// Never destroyed, like BlockPool.
Recycler<PostedCall>& pool() {
  static auto* const kInstance = std::make_unique<Recycler<PostedCall>>().release();
  return *kInstance;
}

}  // namespace

PostedCall& PostedCall::take() { return pool().get(); }

void PostedCall::finish(Result<Value> result) noexcept {
  if (!result && errors_ != nullptr) {
    RequestSpace space;
    errors_->on_error(request(space), result.error());
  }
  owned_.clear();
  pool().put(*this);
}

}  // namespace hookline
