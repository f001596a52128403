#pragma once

#include <string>
#include <vector>

#include "cli/io.h"

namespace hookline::cli {

// Runs the `hookline` command line, `arguments` being those after the program's name. Returns the
// exit code: 0 it worked, 1 the thing failed, 2 the command line was wrong. Errors are one sentence
// on io.err that says what to do.
[[nodiscard]] int run_cli(std::vector<std::string> arguments, Io& io);

}  // namespace hookline::cli
