#include "dispatch/base/no_memory.h"

namespace hookline::detail {

std::unexpected<Error> fail_without_memory(ErrorCode code) noexcept {
  return fail(code, "out of memory");
}

}  // namespace hookline::detail
