#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "dispatch/call/owned_request.h"
#include "dispatch/call/queue_slot.h"

namespace hookline::detail {

// Takes the description of a call from whoever makes it: into the posting while that has room, and
// otherwise all of it into `owned`, which is kept with the call.
//
//   writer.set_function(7);
//   writer.add_text(nick);
//
// Thread safety: none.
class RequestWriter {
 public:
  // Both must outlive this; `owned` is empty.
  RequestWriter(QueueSlot& posting, OwnedRequest& owned) noexcept
      : posting_(posting), owned_(owned) {}

  void set_function(std::uint32_t function) noexcept {
    if (owns_) {
      owned_.set_function(function);
    } else {
      posting_.set_function(function);
    }
  }
  void set_name(std::string_view name) { owned().set_name(name); }
  void set_text_mode(TextMode text) noexcept {
    posting_.set_text_mode(text);
    owned_.set_text_mode(text);
  }

  // For a call by name.
  void set_extras(RequestExtras extras) { owned().set_extras(std::move(extras)); }

  void add_text(std::string_view text) { add(Scalar(text)); }
  void add(const Scalar& scalar) {
    if (owns_ || !posting_.try_add(scalar)) {
      owned().add(scalar);
    }
  }
  void add_value(Value value);
  // Takes them out of `values`.
  void add_values(List& values);
  // Instead of all that.
  void set_request(OwnedRequest&& request);

  // Has all of it in `owned`.
  void own() { (void)owned(); }
  // Whether the request is in `owned`.
  [[nodiscard]] bool owns() const noexcept { return owns_; }

 private:
  // From now on everything goes there.
  OwnedRequest& owned() { return owns_ ? owned_ : move_to_owned(); }
  OwnedRequest& move_to_owned();

  QueueSlot& posting_;
  OwnedRequest& owned_;
  bool owns_ = false;
};

}  // namespace hookline::detail
