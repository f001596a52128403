#pragma once

#include <cstdint>
#include <string>

namespace [[gnu::visibility("default")]] hookline {

// Says how the text of a Value is decoded when it becomes a Python str, and how a str is encoded.
enum class TextMode : std::uint8_t {
  // The text is UTF-8 that may contain lone surrogates. Any Python str round-trips exactly.
  kExact,
  // The text is in the host's encoding, decoded with `surrogateescape`. Any bytes round-trip.
  kHub,
};

// Names the encoding of TextMode::kHub: any codec that Python knows ("utf-8", "cp1251"). A name
// that Python does not know is accepted, and reported as kEncodingError when text is converted.
//
// Thread safety: as for std::string.
class TextCodec {
 public:
  // Makes the codec of UTF-8.
  TextCodec() = default;
  explicit TextCodec(std::string encoding);

  [[nodiscard]] const std::string& encoding() const noexcept { return encoding_; }
  [[nodiscard]] bool is_utf8() const noexcept { return is_utf8_; }
  // Returns whether ASCII text has the same bytes in this encoding, so that it needs no conversion.
  [[nodiscard]] bool extends_ascii() const noexcept { return extends_ascii_; }

 private:
  std::string encoding_ = "utf-8";
  bool is_utf8_ = true;
  bool extends_ascii_ = true;
};

}  // namespace hookline
