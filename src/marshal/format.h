#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hookline/error.h"

namespace hookline::detail {

// Describes one item of a format string: a letter, or a whole T(...).
//   l long   s char*   d double   p void*   L a NULL-terminated char**   D JSON text   O PyObject*
//   T(...)   a tuple of a fixed size
struct FormatItem {
  char type = 'l';
  std::uint32_t nested = 0;  // for a T: the number of following items inside it, at any depth
  std::uint32_t begin = 0;   // where its text begins; for a T, the text in the parentheses
  std::uint32_t end = 0;     // where that text ends

  friend bool operator==(const FormatItem&, const FormatItem&) = default;
};

// Holds a parsed format string. The items are in the order of the text, each T before its content.
struct Format {
  std::vector<FormatItem> items;
  // The number of items before the '|', after which all are optional; all items if there is no '|'.
  std::size_t required = 0;

  friend bool operator==(const Format&, const Format&) = default;
};

// Limits the nesting of T(...).
inline constexpr std::size_t kMaxFormatDepth = 64;

// Parses a format. Fails with kBadArguments for an unknown character, a second '|', a '|' inside a
// T(...), or an unmatched parenthesis, and with kValueTooDeep for deeper nesting. The message names
// the place.
[[nodiscard]] Result<Format> parse_format(std::string_view text);

// Returns the number of items, where each T(...) counts as one. REQUIRES: `items` contains only
// whole T(...).
[[nodiscard]] std::size_t count_items(std::span<const FormatItem> items) noexcept;

// Returns whether both have the same types, regardless of the positions in their texts.
[[nodiscard]] bool same_types(std::span<const FormatItem> a,
                              std::span<const FormatItem> b) noexcept;

}  // namespace hookline::detail
