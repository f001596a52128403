#pragma once

#include <new>

#include "hookline/error.h"

namespace hookline::detail {

// Makes the error "out of memory", as fail() makes others. kQueueFull is the code with which calls
// and scripts are refused. This needs no memory, since the text fits into std::string's own buffer.
[[nodiscard, gnu::cold]] inline std::unexpected<Error> fail_without_memory(
    ErrorCode code = ErrorCode::kQueueFull) noexcept {
  return fail(code, "out of memory");
}

// Does some work that needs memory where nothing may fail, such as telling people of something.
// Returns false if there was none; then the work is left undone.
template <class Work>
bool if_memory(Work work) noexcept {
  try {
    work();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace hookline::detail
