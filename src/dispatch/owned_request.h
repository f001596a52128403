#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/call.h"
#include "marshal/text.h"
#include "marshal/value.h"

namespace hookline {

// A Request together with what it points to. Made to be filled again and again: clear() keeps the
// storage of the name and of arguments that are texts.
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
      : name_(std::move(name)), args_(std::move(args)), count_(args_.size()), text_(text) {}
  OwnedRequest(std::uint32_t function, List args, TextMode text = TextMode::kExact)
      : function_(function), args_(std::move(args)), count_(args_.size()), text_(text) {}

  void set_function(std::uint32_t function) noexcept { function_ = function; }
  void set_name(std::string_view name) {
    function_ = Request::kByName;
    name_ = name;
  }
  void set_text_mode(TextMode text) noexcept { text_ = text; }

  void add_text(std::string_view text) { next_arg().assign_text(text); }
  void add_value(Value value) { next_arg() = std::move(value); }

  // Forgets the content. Large or structured values go, since they may hold what is scarce.
  void clear() noexcept;

  // Valid until the next change.
  [[nodiscard]] Request view() const noexcept {
    return {.function = function_, .name = name_, .args = {args_.data(), count_}, .text = text_};
  }

 private:
  Value& next_arg() {
    if (count_ == args_.size()) {
      args_.emplace_back();
    }
    return args_[count_++];
  }

  std::uint32_t function_ = Request::kByName;
  std::string name_;
  std::vector<Value> args_;  // those from count_ on are storage for later
  std::size_t count_ = 0;
  TextMode text_ = TextMode::kExact;
};

}  // namespace hookline
