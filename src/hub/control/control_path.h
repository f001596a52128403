#pragma once

#include <filesystem>

#include "hub/config/config.h"

namespace hookline::hub {

// The socket by which `hookline ctl` finds the hub that runs with this configuration: [control]
// socket; or else hookline.sock beside the configuration's file, or without one in
// $XDG_RUNTIME_DIR, or without that in the working directory. Empty: there is none ("off").
[[nodiscard]] std::filesystem::path control_socket_path(const HubConfig& config);

}  // namespace hookline::hub
