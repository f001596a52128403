#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "cli/cli.h"

int main(int argc, char** argv) {
  // If a peer or a pager goes away, write() fails, and the process goes on.
  std::signal(SIGPIPE, SIG_IGN);
  hookline::cli::Io io{std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  return hookline::cli::run_cli(std::vector<std::string>(argv + 1, argv + argc), io);
}
