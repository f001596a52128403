#include "hookline/detail/result_space.h"

namespace hookline::detail {

void delete_error(Error* error) noexcept { const std::unique_ptr<Error> owned(error); }

}  // namespace hookline::detail
