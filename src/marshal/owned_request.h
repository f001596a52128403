#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/value.h"
#include "marshal/request.h"

namespace hookline::detail {

// Is a Request that owns what it points to. It can be filled again after clear(), which keeps the
// storage of the name.
//
//   request.set_function(7);
//   request.add_text(nick);
//   request.add_value(List{...});
//
// Arguments are packed in as little memory as possible unless one of them cannot be: they are
// passed from one thread to another, and each cache line costs more than packing. Texts that do not
// fit go to the heap, whose memory is kept for the next ones unless it is unusually large.
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
  // Adds a copy of an argument.
  void add(const Argument& arg) {
    if (args_.empty() && count_ < kMostPacked && can_pack(arg)) [[likely]] {
      pack(arg);
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
            .packed = {.kinds = std::span(kinds_).first(count_),
                       .bytes = spilled_ ? spill_.data() : inline_.data()},
            .args = args_,
            .text = text_,
            .extras = extras_.get()};
  }

 private:
  static constexpr std::size_t kInline = 112;

  void pack(const Argument& arg) {
    const std::size_t size = packed_size(arg);
    if (spilled_ || used_ + size > kInline) [[unlikely]] {
      pack_argument(grow_spill(size), arg);
    } else {
      pack_argument(inline_.data() + used_, arg);
      used_ += static_cast<std::uint32_t>(size);
    }
    kinds_[count_++] = arg.kind();
  }
  // Moves the inline bytes to the heap unless that is done. Returns the place for `size` more
  // bytes.
  char* grow_spill(std::size_t size);
  void clear_packed() noexcept;
  // Adds an argument that cannot be packed, and unpacks the others.
  void add_as_value(Value value);

  std::uint32_t function_ = Request::kByName;
  TextMode text_ = TextMode::kExact;
  // The packed arguments.
  std::array<ArgKind, kMostPacked> kinds_{};
  std::uint8_t count_ = 0;
  bool spilled_ = false;
  std::uint32_t used_ = 0;  // the bytes of inline_
  std::array<char, kInline> inline_{};
  std::string spill_;
  List args_;  // empty, or all arguments
  std::string name_;
  std::unique_ptr<RequestExtras> extras_;
};

}  // namespace hookline::detail
