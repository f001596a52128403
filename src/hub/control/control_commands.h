#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hookline::hub {

class HubCore;

// Runs one request of `hookline ctl`, and gives the reply to `reply`, now or when it is there; on
// the hub's thread. Both are one line of JSON without its newline; docs/cli.md has the protocol.
// Scripts that are shut down reply no more.
void run_control_command(HubCore& core, std::string_view request,
                         const std::function<void(std::string)>& reply);

}  // namespace hookline::hub
