#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "plugin/types/process.h"

int main(int argc, char** argv) {
  // Files and sockets that are opened first must not become stdin, stdout or stderr.
  hookline::detail::open_standard_descriptors();
  hookline::detail::install_crash_handler();
  // If a peer or a pager goes away, write() fails, and the process goes on.
  std::signal(SIGPIPE, SIG_IGN);
  hookline::cli::Io io{std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  return hookline::cli::run_cli(std::vector<std::string>(argv + 1, argv + argc), io);
}
