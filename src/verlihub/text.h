#pragma once

#include <string>
#include <string_view>

namespace hookline::verlihub {

// Escapes the characters that have a meaning in NMDC, as `&#36;` and so on: $ | ` ~ and byte 5.
[[nodiscard]] std::string encode(std::string_view text);
// Escapes only $ and |, which would break a command apart. The others merely confuse some clients.
[[nodiscard]] std::string encode_delimiters(std::string_view text);
// Reverses encode(). Any other text that begins with '&' stays as it is.
[[nodiscard]] std::string decode(std::string_view text);

}  // namespace hookline::verlihub
