#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "dispatch/call/request.h"
#include "hookline/value.h"
#include "marshal/packed_arguments.h"

namespace hookline::detail {

// Is a Request that owns what it points to. It can be filled again after clear(), which keeps the
// storage of the name. Arguments stay packed unless one of them cannot be.
//
//   request.set_function(7);
//   request.add_text(nick);
//   request.add_value(List{...});
//
// Thread safety: none.
class OwnedRequest {
 public:
  OwnedRequest() = default;
  // Makes a call by name, as in OwnedRequest("get_stats", {"nick"}).
  OwnedRequest(std::string name, List args, TextMode text = TextMode::kExact)
      : text_(text), args_(std::move(args)), name_(std::move(name)) {}

  void set_function(std::uint32_t function) noexcept { function_ = function; }
  void set_name(std::string_view name) {
    function_ = Request::kByName;
    name_ = name;
  }
  void set_text_mode(TextMode text) noexcept { text_ = text; }
  // These are used for calls by name and streams.
  void set_extras(RequestExtras extras) {
    extras_ = std::make_unique<RequestExtras>(std::move(extras));
  }

  void add_text(std::string_view text) { add(Argument(text)); }
  void add(const Argument& arg) {
    if (args_.empty() && packed_.size() < PackedArguments::kMost && can_pack(arg)) [[likely]] {
      packed_.add(arg);
    } else {
      add_as_value(arg.to_value());
    }
  }
  void add_value(Value value);

  // Removes the content. Large or structured values are destroyed immediately, since they may hold
  // scarce resources.
  void clear() noexcept;

  // The view is valid until the next change.
  [[nodiscard]] Request view() const noexcept {
    return {.function = function_,
            .name = name_,
            .packed = packed_.view(),
            .args = args_,
            .text = text_,
            .extras = extras_.get()};
  }

 private:
  // Adds an argument that cannot be packed, and unpacks the others.
  void add_as_value(Value value);

  std::uint32_t function_ = Request::kByName;
  TextMode text_ = TextMode::kExact;
  PackedArguments packed_;
  List args_;  // empty, or all arguments
  std::string name_;
  std::unique_ptr<RequestExtras> extras_;
};

}  // namespace hookline::detail
