#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hookline/detail/scalar.h"
#include "marshal/scalar_pack.h"

namespace hookline::detail {

// Stores a few scalars with copies of their texts in as little memory as possible: they are passed
// from one thread to another, and each cache line costs more than packing. Texts that do not fit go
// to the heap, whose memory is kept for the next ones unless it is unusually large.
//
// Thread safety: none.
class PackedScalars {
 public:
  static constexpr std::size_t kMost = 6;
  using Unpacked = std::array<Scalar, kMost>;

  PackedScalars() = default;
  PackedScalars(const PackedScalars&) = default;
  PackedScalars& operator=(const PackedScalars&) = default;
  PackedScalars(PackedScalars&&) = default;
  PackedScalars& operator=(PackedScalars&&) = default;
  ~PackedScalars() = default;

  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  void clear() noexcept {
    count_ = 0;
    used_ = 0;
    if (spilled_) [[unlikely]] {
      clear_spill();
    }
  }

  // Adds a copy of `scalar`. REQUIRES: size() < kMost.
  void add(const Scalar& scalar) {
    const std::size_t size = packed_size(scalar);
    if (spilled_ || used_ + size > kInline) [[unlikely]] {
      pack_scalar(grow_spill(size), scalar);
    } else {
      pack_scalar(inline_.data() + used_, scalar);
      used_ += static_cast<std::uint32_t>(size);
    }
    kinds_[count_++] = scalar.kind();
  }

  // Returns views of all scalars, which are valid until the next change.
  [[nodiscard]] std::span<const Scalar> unpack(Unpacked& space) const noexcept {
    unpack_scalars(std::span(kinds_).first(count_), spilled_ ? spill_.data() : inline_.data(),
                   space.data());
    return std::span(space).first(count_);
  }

 private:
  static constexpr std::size_t kInline = 112;

  // Moves the inline bytes to the heap unless that is done. Returns the place for `size` more
  // bytes.
  char* grow_spill(std::size_t size);
  void clear_spill() noexcept;

  std::array<Scalar::Kind, kMost> kinds_{};
  std::uint8_t count_ = 0;
  bool spilled_ = false;
  std::uint32_t used_ = 0;
  std::array<char, kInline> inline_{};
  std::string spill_;
};

}  // namespace hookline::detail
