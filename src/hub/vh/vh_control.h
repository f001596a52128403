#pragma once

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// The hub as such, for scripts, through `vh`. Hub's thread, but for get_serv_freq: any.
Result<Value> get_serv_freq(HubCore& core, const VhArgs& args);
Result<Value> parse_command(HubCore& core, const VhArgs& args);
Result<Value> stop_hub(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
