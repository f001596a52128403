#pragma once

#include <vector>

#include "hookline/detail/host_function.h"
#include "hookline/verlihub/functions.h"

namespace hookline::verlihub {

// Returns the parameters of a function of the table. Thread safety: any thread.
[[nodiscard]] const std::vector<detail::Parameter>& signature(Vh function);

}  // namespace hookline::verlihub
