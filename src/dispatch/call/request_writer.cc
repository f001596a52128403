#include "dispatch/call/request_writer.h"

namespace hookline::detail {

void RequestWriter::add_value(Value value) {
  if (const auto scalar = Scalar::of(value)) {
    add(*scalar);
  } else {
    owned().add_value(std::move(value));
  }
}

void RequestWriter::add_values(List& values) {
  for (Value& value : values) {
    add_value(std::move(value));
  }
}

void RequestWriter::set_request(OwnedRequest&& request) {
  slot_.clear_request();
  owned_ = std::move(request);
  owns_ = true;
}

OwnedRequest& RequestWriter::move_to_owned() {
  owns_ = true;
  RequestSpace space;
  const Request request = slot_.request(space);
  owned_.set_function(request.function);
  for (const Scalar& scalar : request.scalars) {
    owned_.add(scalar);
  }
  slot_.clear_request();
  return owned_;
}

}  // namespace hookline::detail
