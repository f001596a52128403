#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "hookline/value.h"

namespace hookline {

namespace {

bool names_utf8(std::string_view encoding) {
  return encoding == "utf-8" || encoding == "UTF-8" || encoding == "utf8";
}

// Returns whether the lower half of the code page is ASCII.
bool names_ascii_extension(std::string_view encoding) {
  constexpr auto kFamilies =
      std::to_array<std::string_view>({"cp125", "CP125", "windows-125", "iso-8859-", "ISO-8859-",
                                       "iso8859", "latin", "koi8", "KOI8", "cp866", "ascii"});
  return std::ranges::any_of(
      kFamilies, [encoding](std::string_view family) { return encoding.starts_with(family); });
}

}  // namespace

TextCodec::TextCodec(std::string encoding)
    : encoding_(std::move(encoding)),
      is_utf8_(names_utf8(encoding_)),
      extends_ascii_(is_utf8_ || names_ascii_extension(encoding_)) {}

}  // namespace hookline
