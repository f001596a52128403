#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "hookline/detail/scalar.h"

// These functions pack scalars into plain memory, without padding: a text as its length and bytes,
// a number as its eight bytes. Their kinds are stored elsewhere.

namespace hookline::detail {

// Returns the number of bytes that pack_scalar() writes.
[[nodiscard]] inline std::size_t packed_size(const Scalar& scalar) noexcept {
  return scalar.kind() == Scalar::Kind::kText ? sizeof(std::uint32_t) + scalar.text().size()
                                              : sizeof(std::int64_t);
}

// Does what memcpy does. Most texts are short, and a call would cost more than the copy.
inline void copy_text(char* to, const char* from, std::size_t size) noexcept {
  constexpr std::size_t kWord = 8;
  constexpr std::size_t kTwoWords = 16;
  if (size > 2 * kTwoWords) {
    std::memcpy(to, from, size);
  } else if (size >= kTwoWords) {  // some bytes are copied twice
    std::memcpy(to, from, kTwoWords);
    std::memcpy(to + size - kTwoWords, from + size - kTwoWords, kTwoWords);
  } else if (size >= kWord) {
    std::memcpy(to, from, kWord);
    std::memcpy(to + size - kWord, from + size - kWord, kWord);
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      to[i] = from[i];
    }
  }
}

// Writes `scalar` to `at` and returns the end. REQUIRES: there is room, and a text is below 4 GiB.
inline char* pack_scalar(char* at, const Scalar& scalar) noexcept {
  const auto put = [&at](auto value) {
    std::memcpy(at, &value, sizeof(value));
    at += sizeof(value);
  };
  if (scalar.kind() == Scalar::Kind::kText) {
    const std::string_view text = scalar.text();
    put(static_cast<std::uint32_t>(text.size()));
    copy_text(at, text.data(), text.size());
    return at + text.size();
  }
  if (scalar.kind() == Scalar::Kind::kInt) {
    put(scalar.integer());
  } else {
    put(scalar.real());
  }
  return at;
}

// Refers to packed scalars. It owns nothing, and the memory must outlive it.
struct PackedView {
  std::span<const Scalar::Kind> kinds;
  const char* bytes = nullptr;
};

// Reads packed scalars in order. Texts are views of the packed memory.
class PackedReader {
 public:
  explicit PackedReader(const char* at) noexcept : at_(at) {}

  [[nodiscard]] Scalar next(Scalar::Kind kind) noexcept {
    if (kind == Scalar::Kind::kText) {
      const auto size = take<std::uint32_t>();
      const std::string_view text(at_, size);
      at_ += size;
      return Scalar(text);
    }
    return kind == Scalar::Kind::kInt ? Scalar(take<std::int64_t>()) : Scalar(take<double>());
  }

 private:
  template <class T>
  T take() noexcept {
    T value{};
    std::memcpy(&value, at_, sizeof(value));
    at_ += sizeof(value);
    return value;
  }

  const char* at_;
};

// Reads one scalar for each kind into the array `scalars`.
inline void unpack_scalars(std::span<const Scalar::Kind> kinds, const char* at,
                           Scalar* scalars) noexcept {
  PackedReader reader(at);
  for (const Scalar::Kind kind : kinds) {
    *scalars++ = reader.next(kind);
  }
}

}  // namespace hookline::detail
