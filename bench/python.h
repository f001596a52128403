#pragma once

#include <filesystem>
#include <memory>

#include "interp/runtime.h"

namespace hookline::bench {

// The one Python of this process; ended by end_python(), on the same thread.
[[nodiscard]] std::shared_ptr<Runtime> python();
void end_python();

// bench/scripts/events.py.
[[nodiscard]] std::filesystem::path events_script();

}  // namespace hookline::bench
