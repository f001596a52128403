#include "dispatch/owned_request.h"

namespace hookline {

void OwnedRequest::add_value(Value value) {
  if (const auto* text = value.as<std::string>()) {
    add(Scalar(std::string_view(*text)));
  } else if (const auto* integer = value.as<std::int64_t>()) {
    add(Scalar(*integer));
  } else if (const auto* real = value.as<double>()) {
    add(Scalar(*real));
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

}  // namespace hookline
