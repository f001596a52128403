#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hookline/error.h"

namespace hookline::detail {

// One item of a format string: a letter, or a whole T(...).
//   l long   s char*   d double   p void*   L a NULL-terminated char**   D JSON text   O PyObject*
//   T(...)   a tuple of a fixed size
struct FormatItem {
  char type = 'l';
  std::uint32_t nested = 0;  // a T's: how many of the items that follow are inside it, at any depth
  std::uint32_t begin = 0;   // where its text begins, or, for a T, what is in the parentheses
  std::uint32_t end = 0;     // where that ends

  friend bool operator==(const FormatItem&, const FormatItem&) = default;
};

// A format string, read. Items stand in the order of the text, each T before what is inside it.
struct Format {
  std::vector<FormatItem> items;
  // How many of them come before the '|'; what follows is optional. Without one: all of them.
  std::size_t required = 0;

  friend bool operator==(const Format&, const Format&) = default;
};

// The deepest nesting of T(...).
inline constexpr std::size_t kMaxFormatDepth = 64;

// Reads a format. An unknown character, a second '|' or one inside a T(...), a parenthesis without
// its partner are kBadArguments, deeper nesting is kValueTooDeep; each names the place.
[[nodiscard]] Result<Format> parse_format(std::string_view text);

// How many items there are, each T(...) counting as one. REQUIRES: `items` splits no T(...).
[[nodiscard]] std::size_t count_items(std::span<const FormatItem> items) noexcept;

// Whether both ask for the same, wherever in their texts the items stand.
[[nodiscard]] bool same_types(std::span<const FormatItem> a,
                              std::span<const FormatItem> b) noexcept;

}  // namespace hookline::detail
