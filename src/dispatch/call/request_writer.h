#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "dispatch/call/queue_slot.h"
#include "marshal/owned_request.h"

namespace hookline::detail {

// Writes the description of a call: into the queue slot while it fits there, and otherwise all of
// it into `owned`, which stays with the call.
//
//   writer.set_function(7);
//   writer.add_text(nick);
//
// Thread safety: none.
class RequestWriter {
 public:
  // Both must outlive the writer. REQUIRES: `owned` is empty.
  RequestWriter(QueueSlot& slot, OwnedRequest& owned) noexcept : slot_(slot), owned_(owned) {}

  void set_function(std::uint32_t function) noexcept {
    if (owns_) {
      owned_.set_function(function);
    } else {
      slot_.set_function(function);
    }
  }
  void set_name(std::string_view name) { owned().set_name(name); }
  void set_text_mode(TextMode text) noexcept {
    slot_.set_text_mode(text);
    owned_.set_text_mode(text);
  }

  // These are used for calls by name and streams.
  void set_extras(RequestExtras extras) { owned().set_extras(std::move(extras)); }

  void add_text(std::string_view text) { add(Argument(text)); }
  void add(const Argument& arg) {
    if (owns_ || !slot_.try_add(arg)) {
      owned().add(arg);
    }
  }
  void add_value(Value value);
  // Moves the elements out of `values`.
  void add_values(List& values);
  // Replaces everything that was written.
  void set_request(OwnedRequest&& request);

  // Returns true if the request is in `owned`, and false if it is in the slot.
  [[nodiscard]] bool owns() const noexcept { return owns_; }

 private:
  // Returns `owned`, and moves there what the slot has; later arguments follow.
  OwnedRequest& owned() { return owns_ ? owned_ : move_to_owned(); }
  OwnedRequest& move_to_owned();

  QueueSlot& slot_;
  OwnedRequest& owned_;
  bool owns_ = false;
};

}  // namespace hookline::detail
