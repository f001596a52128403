#pragma once

#include <optional>
#include <string>

#include "cli/io.h"

namespace hookline::cli {

struct CtlCommandOptions {
  std::string command;   // list, load, unload, reload, stats or log
  std::string argument;  // a script, or a level; may be empty
  std::optional<std::string> socket;
  std::optional<std::string> config;  // as of `hookline hub`: says where the socket is
  bool json = false;
};

// Asks the hub that runs, and prints its answer. Waits for as long as the hub takes.
[[nodiscard]] int run_ctl(const CtlCommandOptions& options, Io& io);

}  // namespace hookline::cli
