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

// The encoding that TextMode::kHub uses. Any codec name that Python knows ("utf-8", "cp1251").
struct TextCodec {
  std::string hub_encoding = "utf-8";
};

}  // namespace hookline
