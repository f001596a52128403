#pragma once

#include <string_view>

namespace hookline::detail {

// Opens /dev/null as each of stdin, stdout and stderr that is closed. Otherwise the next file or
// socket gets that number, and whatever is printed goes there.
//
// Thread safety: REQUIRES that no other thread opens or closes descriptors.
void open_standard_descriptors() noexcept;

inline constexpr int kOutputPatienceMs = 1000;

// Writes to stdout or stderr what a script prints. If nobody reads that (it is a pipe, or a stopped
// terminal), waits at most kOutputPatienceMs, and discards what is left: a script must not stand
// still because of its prints. After that it does not wait again until something could be written.
//
// Thread safety: any thread.
void write_patiently(int descriptor, std::string_view bytes) noexcept;

}  // namespace hookline::detail
