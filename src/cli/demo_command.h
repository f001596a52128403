#pragma once

#include "cli/demo.h"
#include "cli/io.h"

namespace hookline::cli {

// Runs the demo and prints its table, or its JSON object. Fails if any line was lost.
[[nodiscard]] int run_demo(const DemoOptions& options, Io& io);

}  // namespace hookline::cli
