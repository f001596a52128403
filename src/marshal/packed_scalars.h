#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "marshal/scalar.h"

namespace hookline {

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
    kinds_[count_++] = scalar.kind();
    if (scalar.kind() == Scalar::Kind::kText) {
      add_text(scalar.text());
    } else if (scalar.kind() == Scalar::Kind::kInt) {
      const std::int64_t number = scalar.integer();
      append(&number, sizeof(number));
    } else {
      const double number = scalar.real();
      append(&number, sizeof(number));
    }
  }

  // Views of all of them, which are valid until the next change.
  [[nodiscard]] std::span<const Scalar> unpack(Unpacked& space) const noexcept {
    const char* at = spilled_ ? spill_.data() : inline_.data();
    for (std::size_t i = 0; i < count_; ++i) {
      if (kinds_[i] == Scalar::Kind::kText) {
        const auto size = take<std::uint32_t>(at);
        space[i] = Scalar(std::string_view(at, size));
        at += size;
      } else if (kinds_[i] == Scalar::Kind::kInt) {
        space[i] = Scalar(take<std::int64_t>(at));
      } else {
        space[i] = Scalar(take<double>(at));
      }
    }
    return std::span(space).first(count_);
  }

 private:
  static constexpr std::size_t kInline = 112;

  template <class T>
  static T take(const char*& at) noexcept {
    T value;
    std::memcpy(&value, at, sizeof(value));
    at += sizeof(value);
    return value;
  }

  void add_text(std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    if (spilled_ || used_ + sizeof(size) + text.size() > kInline) [[unlikely]] {
      append_to_spill(&size, sizeof(size));
      append_to_spill(text.data(), text.size());
      return;
    }
    char* const at = inline_.data() + used_;
    std::memcpy(at, &size, sizeof(size));
    if (size != 0) {  // an empty text may have no address
      std::memcpy(at + sizeof(size), text.data(), size);
    }
    used_ += static_cast<std::uint32_t>(sizeof(size)) + size;
  }

  void append(const void* bytes, std::size_t size) {
    if (spilled_ || used_ + size > kInline) [[unlikely]] {
      append_to_spill(bytes, size);
      return;
    }
    std::memcpy(inline_.data() + used_, bytes, size);
    used_ += static_cast<std::uint32_t>(size);
  }
  void append_to_spill(const void* bytes, std::size_t size);
  void clear_spill() noexcept;

  std::array<Scalar::Kind, kMost> kinds_{};
  std::uint8_t count_ = 0;
  bool spilled_ = false;
  std::uint32_t used_ = 0;
  std::array<char, kInline> inline_{};
  std::string spill_;
};

}  // namespace hookline
