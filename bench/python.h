#pragma once

#include <memory>

#include "bench/scripts.h"
#include "interp/runtime.h"

namespace hookline::bench {

using namespace detail;

// Starts Python as start_python() does, and returns it.
[[nodiscard]] std::shared_ptr<Runtime> python();

}  // namespace hookline::bench
