#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "dispatch/call/request.h"
#include "dispatch/call/request_extras.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "marshal/packed_scalars.h"

namespace hookline::detail {

// A Request together with what it points to. Made to be filled again and again: clear() keeps the
// storage of the name. Texts and numbers are kept packed, as long as there is nothing else.
//
//   request.set_function(7);
//   request.add_text(nick);
//   request.add_value(List{...});
//
// Thread safety: none.
class OwnedRequest {
 public:
  OwnedRequest() = default;
  // For a call by name, as in OwnedRequest("get_stats", {"nick"}).
  OwnedRequest(std::string name, List args, TextMode text = TextMode::kExact)
      : text_(text), args_(std::move(args)), name_(std::move(name)) {}
  OwnedRequest(std::uint32_t function, List args, TextMode text = TextMode::kExact)
      : function_(function), text_(text), args_(std::move(args)) {}

  void set_function(std::uint32_t function) noexcept { function_ = function; }
  void set_name(std::string_view name) {
    function_ = Request::kByName;
    name_ = name;
  }
  void set_text_mode(TextMode text) noexcept { text_ = text; }
  // For a call by name, or a stream.
  void set_extras(RequestExtras extras) {
    extras_ = std::make_unique<RequestExtras>(std::move(extras));
  }

  void add_text(std::string_view text) { add(Scalar(text)); }
  void add(const Scalar& scalar) {
    if (args_.empty() && scalars_.size() < PackedScalars::kMost) [[likely]] {
      scalars_.add(scalar);
    } else {
      add_as_value(scalar.to_value());
    }
  }
  void add_value(Value value);

  // Forgets the content. Large or structured values go, since they may hold what is scarce.
  void clear() noexcept;

  // Valid until the next change, and as long as `space` is.
  [[nodiscard]] Request view(RequestSpace& space) const noexcept {
    return {.function = function_,
            .name = name_,
            .scalars = scalars_.unpack(space),
            .args = args_,
            .text = text_,
            .extras = extras_.get()};
  }

 private:
  // From now on all of them are values.
  void add_as_value(Value value);

  std::uint32_t function_ = Request::kByName;
  TextMode text_ = TextMode::kExact;
  PackedScalars scalars_;
  List args_;  // empty, or all the arguments
  std::string name_;
  std::unique_ptr<RequestExtras> extras_;
};

}  // namespace hookline::detail
