#pragma once

#include "hookline/error.h"

namespace hookline::detail {

// Makes the error "out of memory", as fail() makes others. kQueueFull is the code with which calls
// and scripts are refused. This needs no memory, since the text fits into std::string's own buffer.
[[nodiscard, gnu::cold]] std::unexpected<Error> fail_without_memory(
    ErrorCode code = ErrorCode::kQueueFull) noexcept;

}  // namespace hookline::detail
