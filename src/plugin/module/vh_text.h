#pragma once

#include <string>
#include <string_view>

namespace hookline::detail {

// The characters that NMDC gives a meaning to, as `&#36;` and so on: $ | ` ~ and byte 5.
[[nodiscard]] std::string vh_encode(std::string_view text);
// Only those that would break a command apart: $ and |. The others merely confuse some clients.
[[nodiscard]] std::string vh_encode_delimiters(std::string_view text);
// The reverse of vh_encode(). Anything else that begins with '&' stays as it is.
[[nodiscard]] std::string vh_decode(std::string_view text);

}  // namespace hookline::detail
