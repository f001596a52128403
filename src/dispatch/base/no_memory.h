#pragma once

#include "hookline/error.h"

namespace hookline::detail {

// Returns the error of what there is no memory for. kQueueFull is that of calls and scripts, which
// are refused. Making it needs no memory, since the text fits into std::string's own buffer.
[[nodiscard]] Error error_without_memory(ErrorCode code = ErrorCode::kQueueFull) noexcept;

}  // namespace hookline::detail
