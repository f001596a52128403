#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "marshal/format.h"

namespace {

using hookline::detail::Format;
using hookline::detail::FormatItem;

void require(bool good, const char* what) {
  if (!good) {
    std::fputs(what, stderr);
    std::abort();
  }
}

// Returns the text of the items from `begin` to `end`.
std::string write(const Format& format, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end; i += 1 + format.items[i].nested) {
    const FormatItem& item = format.items[i];
    out += item.type;
    if (item.type == 'T') {
      require(i + item.nested < end, "a T reaches beyond what it is in");
      out += '(' + write(format, i + 1, i + 1 + item.nested) + ')';
    }
  }
  return out;
}

}  // namespace

// Reading and writing a format returns the same text, except for a '|' at the end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto format = hookline::detail::parse_format(text);
  if (!format) {
    require(!format.error().message.empty(), "an error without a message");
    return 0;
  }
  require(format->required <= format->items.size(), "more is required than there is");
  std::string written = write(*format, 0, format->required);
  if (text.contains('|')) {
    written += '|';
  }
  written += write(*format, format->required, format->items.size());
  require(written == text, "the items are not those of the text");
  for (const FormatItem& item : format->items) {
    require(item.begin <= item.end && item.end <= text.size(), "an item is outside of the text");
  }
  return 0;
}
