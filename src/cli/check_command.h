#pragma once

#include <string>
#include <vector>

#include "cli/io.h"

namespace hookline::cli {

struct CheckOptions {
  std::vector<std::string> scripts;
  bool json = false;
};

// Reads scripts without running them, and tells what the hub will make of them: their hooks,
// mistakes in these, and imports that do not work in a sub-interpreter. Fails if one cannot be
// loaded.
[[nodiscard]] int run_check(const CheckOptions& options, Io& io);

}  // namespace hookline::cli
