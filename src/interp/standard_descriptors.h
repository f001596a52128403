#pragma once

namespace hookline::detail {

// Opens /dev/null as each of stdin, stdout and stderr that is closed. Otherwise the next file or
// socket gets that number, and whatever is printed goes there.
//
// Thread safety: REQUIRES that no other thread opens or closes descriptors.
void open_standard_descriptors() noexcept;

}  // namespace hookline::detail
