#include "hub/base/hub_text.h"

#include <algorithm>
#include <cstddef>

#include "hookline/text.h"
#include "marshal/utf8.h"

namespace hookline::hub {

std::string hub_text(const HubConfig& config, std::string_view utf8) {
  const bool is_utf8 = TextCodec(config.encoding).is_utf8();
  std::string line;
  for (std::size_t at = 0; at < utf8.size();) {
    const detail::CodePoint point = detail::decode_code_point(utf8, at);
    const std::size_t size = std::max<std::size_t>(point.size, 1);
    if (point.size == 1) {
      line += point.value < U' ' ? ' ' : utf8[at];
    } else if (point.size > 1 && is_utf8 && !detail::is_surrogate(point.value)) {
      line += utf8.substr(at, size);
    } else {
      line += '?';
    }
    at += size;
  }
  return line;
}

}  // namespace hookline::hub
