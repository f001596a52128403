#pragma once

#include <string>
#include <vector>

#include "cli/io.h"

namespace hookline::cli {

struct CallCommandOptions {
  std::string script;
  std::string function;
  std::vector<std::string> arguments;  // JSON each
  double timeout_seconds = 30;         // 0: none
};

// Loads a script without a hub, calls one of its functions, and prints the result as JSON.
[[nodiscard]] int run_call(const CallCommandOptions& options, Io& io);

}  // namespace hookline::cli
