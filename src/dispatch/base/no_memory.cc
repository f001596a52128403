#include "dispatch/base/no_memory.h"

namespace hookline::detail {

Error error_without_memory(ErrorCode code) noexcept {
  return {.code = code, .message = "out of memory"};
}

}  // namespace hookline::detail
