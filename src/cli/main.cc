#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "cli/cli.h"

int main(int argc, char** argv) {
  // A peer or a pager that goes away is an error of write(), not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  hookline::cli::Io io{std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  return hookline::cli::run_cli(std::vector<std::string>(argv + 1, argv + argc), io);
}
