#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hookline/value.h"
#include "marshal/argument_pack.h"

namespace hookline::detail {

// Stores a few arguments with copies of their texts in as little memory as possible: they are
// passed from one thread to another, and each cache line costs more than packing. Texts that do not
// fit go to the heap, whose memory is kept for the next ones unless it is unusually large.
//
// Thread safety: none.
class PackedArguments {
 public:
  static constexpr std::size_t kMost = 6;

  PackedArguments() = default;
  PackedArguments(const PackedArguments&) = default;
  PackedArguments& operator=(const PackedArguments&) = default;
  PackedArguments(PackedArguments&&) = default;
  PackedArguments& operator=(PackedArguments&&) = default;
  ~PackedArguments() = default;

  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  void clear() noexcept {
    count_ = 0;
    used_ = 0;
    if (spilled_) [[unlikely]] {
      clear_spill();
    }
  }

  // Adds a copy of `arg`. REQUIRES: can_pack(arg), and size() < kMost.
  void add(const Argument& arg) {
    const std::size_t size = packed_size(arg);
    if (spilled_ || used_ + size > kInline) [[unlikely]] {
      pack_argument(grow_spill(size), arg);
    } else {
      pack_argument(inline_.data() + used_, arg);
      used_ += static_cast<std::uint32_t>(size);
    }
    kinds_[count_++] = arg.kind();
  }

  // Returns a view of all arguments, which is valid until the next change.
  [[nodiscard]] PackedView view() const noexcept {
    return {.kinds = std::span(kinds_).first(count_),
            .bytes = spilled_ ? spill_.data() : inline_.data()};
  }

 private:
  static constexpr std::size_t kInline = 112;

  // Moves the inline bytes to the heap unless that is done. Returns the place for `size` more
  // bytes.
  char* grow_spill(std::size_t size);
  void clear_spill() noexcept;

  std::array<ArgKind, kMost> kinds_{};
  std::uint8_t count_ = 0;
  bool spilled_ = false;
  std::uint32_t used_ = 0;
  std::array<char, kInline> inline_{};
  std::string spill_;
};

}  // namespace hookline::detail
