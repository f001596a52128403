#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/cli.h"

namespace hookline::test {

struct CliResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

inline CliResult run(std::vector<std::string> arguments) {
  std::ostringstream out;
  std::ostringstream err;
  cli::Io io{out, err};
  const int exit_code = cli::run_cli(std::move(arguments), io);
  return {exit_code, out.str(), err.str()};
}

}  // namespace hookline::test
