#include "dispatch/call/owned_request.h"

namespace hookline::detail {

void OwnedRequest::add_value(Value value) {
  if (const auto scalar = Scalar::of(value)) {
    add(*scalar);
  } else {
    add_as_value(std::move(value));
  }
}

void OwnedRequest::add_as_value(Value value) {
  PackedScalars::Unpacked space;
  for (const Scalar& scalar : scalars_.unpack(space)) {
    args_.push_back(scalar.to_value());
  }
  scalars_.clear();
  args_.push_back(std::move(value));
}

void OwnedRequest::clear() noexcept {
  scalars_.clear();
  args_.clear();
  text_ = TextMode::kExact;
  extras_.reset();
}

}  // namespace hookline::detail
