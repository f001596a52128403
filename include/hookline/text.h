#pragma once

#include <cstdint>
#include <string>

namespace hookline {

// How a kStr is read when it becomes a Python str, and written when one comes back.
enum class TextMode : std::uint8_t {
  // UTF-8, lone surrogates as themselves: any Python str round-trips exactly.
  kExact,
  // Bytes of a hub: decoded with the hub's encoding and `surrogateescape`, so that any bytes
  // round-trip exactly, whether they are valid in that encoding or not.
  kHub,
};

// The encoding that TextMode::kHub uses. Any codec name that Python knows ("utf-8", "cp1251"); one
// that it does not know shows when text is converted, as kEncodingError.
class TextCodec {
 public:
  // UTF-8.
  TextCodec() = default;
  explicit TextCodec(std::string encoding);

  [[nodiscard]] const std::string& encoding() const noexcept { return encoding_; }
  [[nodiscard]] bool is_utf8() const noexcept { return is_utf8_; }
  // Whether ASCII text is the same bytes in it, so that it need not go through the codec.
  [[nodiscard]] bool extends_ascii() const noexcept { return extends_ascii_; }

 private:
  std::string encoding_ = "utf-8";
  bool is_utf8_ = true;
  bool extends_ascii_ = true;
};

}  // namespace hookline
