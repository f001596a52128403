#include "dispatch/call/owned_request.h"

namespace hookline::detail {

void OwnedRequest::add_value(Value value) {
  if (const Argument arg(value); can_pack(arg)) {
    add(arg);
  } else {
    add_as_value(std::move(value));
  }
}

void OwnedRequest::add_as_value(Value value) {
  if (packed_.size() > 0) {
    args_ = view().copy_args();
    packed_.clear();
  }
  args_.push_back(std::move(value));
}

void OwnedRequest::clear() noexcept {
  packed_.clear();
  args_.clear();
  text_ = TextMode::kExact;
  extras_.reset();
}

}  // namespace hookline::detail
