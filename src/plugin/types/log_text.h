#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hookline::detail {

// The longest text of the log, in bytes. An exception may carry a whole database.
inline constexpr std::size_t kLongestLogText = 16 << 10;

// Returns the text as the log may have it, whoever has written it: a nick, an exception, a chat
// line.
//
// Nothing in it can look like another line of the log, or control a terminal: a line end is
// followed by a tab, and other control characters are written as \x1b. If the text is longer
// than kLongestLogText, its middle is left out, with a note; a traceback says at its end what
// happened. Applied again, it changes nothing.
[[nodiscard]] std::string safe_log_text(std::string_view text);

// Returns whether the text is as safe_log_text() would return it; for nearly all it is.
[[nodiscard]] bool is_safe_log_text(std::string_view text) noexcept;

}  // namespace hookline::detail
