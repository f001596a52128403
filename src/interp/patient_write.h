#pragma once

#include <string_view>

namespace hookline::detail {

// Writes to stdout or stderr what a script prints. If nobody reads that (it is a pipe, or a stopped
// terminal), waits at most kOutputPatienceMs, and discards what is left: a script must not stand
// still because of its prints. After that it does not wait again until something could be written.
//
// Thread safety: any thread.
inline constexpr int kOutputPatienceMs = 1000;
void write_patiently(int descriptor, std::string_view bytes) noexcept;

}  // namespace hookline::detail
