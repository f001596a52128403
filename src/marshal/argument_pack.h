#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "hookline/value.h"

// These functions pack arguments into plain memory, without padding: a text or bytes as their
// length and content, a number or a bool as eight bytes. Their kinds are stored elsewhere.

namespace hookline::detail {

// More arguments than this are not packed.
inline constexpr std::size_t kMostPacked = 6;

[[nodiscard]] constexpr bool is_text(ArgKind kind) noexcept {
  return kind == ArgKind::kStr || kind == ArgKind::kBytes;
}

// Returns whether the argument can be packed; a Value of another kind cannot.
[[nodiscard]] inline bool can_pack(const Argument& arg) noexcept {
  return arg.kind() != ArgKind::kAny;
}

// Returns the number of bytes that pack_argument() writes.
[[nodiscard]] inline std::size_t packed_size(const Argument& arg) noexcept {
  return is_text(arg.kind()) ? sizeof(std::uint32_t) + arg.text().size() : sizeof(std::int64_t);
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

// Writes `arg` to `at` and returns the end. REQUIRES: can_pack(arg), there is room, and a text is
// below 4 GiB.
inline char* pack_argument(char* at, const Argument& arg) noexcept {
  const auto put = [&at](auto value) {
    std::memcpy(at, &value, sizeof(value));
    at += sizeof(value);
  };
  if (is_text(arg.kind())) {
    const std::string_view text = arg.text();
    put(static_cast<std::uint32_t>(text.size()));
    copy_text(at, text.data(), text.size());
    return at + text.size();
  }
  if (arg.kind() == ArgKind::kFloat) {
    put(arg.real());
  } else {
    put(arg.integer());
  }
  return at;
}

// Refers to packed arguments. It owns nothing, and the memory must outlive it.
struct PackedView {
  std::span<const ArgKind> kinds;
  const char* bytes = nullptr;

  [[nodiscard]] std::size_t size() const noexcept { return kinds.size(); }
  [[nodiscard]] bool empty() const noexcept { return kinds.empty(); }
  // Returns the same view without the arguments behind the first `count`, if there are more.
  [[nodiscard]] PackedView first(std::size_t count) const noexcept {
    return {.kinds = kinds.first(std::min(count, kinds.size())), .bytes = bytes};
  }
  // Returns copies of the arguments.
  [[nodiscard]] List copy() const;
};

// Reads packed arguments in order. Texts are views of the packed memory.
class PackedReader {
 public:
  explicit PackedReader(const char* at) noexcept : at_(at) {}

  [[nodiscard]] Argument next(ArgKind kind) noexcept {
    if (is_text(kind)) {
      const auto size = take<std::uint32_t>();
      const std::string_view text(at_, size);
      at_ += size;
      return {text, kind};
    }
    if (kind == ArgKind::kInt) {
      return take<std::int64_t>();
    }
    return kind == ArgKind::kFloat ? Argument(take<double>()) : Argument(take<std::int64_t>() != 0);
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

inline List PackedView::copy() const {
  List copies;
  copies.reserve(size());
  PackedReader reader(bytes);
  for (const ArgKind kind : kinds) {
    copies.push_back(reader.next(kind).to_value());
  }
  return copies;
}

}  // namespace hookline::detail
