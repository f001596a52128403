#include "dispatch/call/request_writer.h"

namespace hookline::detail {

void RequestWriter::add_value(Value value) {
  if (const Argument arg(value); can_pack(arg)) {
    add(arg);
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
  const Request request = slot_.request();
  owned_.set_function(request.function);
  PackedReader reader(request.packed.bytes);
  for (const ArgKind kind : request.packed.kinds) {
    owned_.add(reader.next(kind));
  }
  slot_.clear_request();
  return owned_;
}

}  // namespace hookline::detail
