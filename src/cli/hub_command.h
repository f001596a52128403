#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/io.h"
#include "hookline/error.h"
#include "hub/config/config.h"

namespace hookline::cli {

// What `hookline hub` was told; what was not given stays as the configuration has it.
struct HubCommandOptions {
  std::optional<std::string> config;
  std::optional<std::string> address;
  std::optional<std::uint16_t> port;
  std::optional<std::string> scripts;
  bool watch = false;
  std::string log_level;  // empty: what an operator has set last, or info
};

// The configuration that results: from options.config, else from ./hookline.toml if there is one,
// else the defaults; the other options win over it.
[[nodiscard]] Result<hub::HubConfig> make_hub_config(const HubCommandOptions& options);

// Serves until SIGINT or SIGTERM.
[[nodiscard]] int run_hub(const HubCommandOptions& options, Io& io);

}  // namespace hookline::cli
