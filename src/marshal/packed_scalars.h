#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hookline/detail/scalar.h"
#include "marshal/scalar_pack.h"

namespace hookline::detail {

// A few scalars with their texts, one behind the other in as little memory as they take: they pass
// from one thread to another, and each cache line that they touch costs more than packing them.
// Texts that do not fit in here go to the heap, whose memory is kept for the next ones unless it is
// out of the ordinary.
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

  // Copies it. REQUIRES: size() < kMost.
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

  // Views of all of them, which are valid until the next change.
  [[nodiscard]] std::span<const Scalar> unpack(Unpacked& space) const noexcept {
    unpack_scalars(std::span(kinds_).first(count_), spilled_ ? spill_.data() : inline_.data(),
                   space.data());
    return std::span(space).first(count_);
  }

 private:
  static constexpr std::size_t kInline = 112;

  // Moves to the heap what is not there yet. Returns where the next `size` bytes go.
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
