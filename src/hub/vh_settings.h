#pragma once

#include "hub/vh_args.h"
#include "marshal/error.h"
#include "marshal/value.h"

namespace hookline {

class HubCore;

// The hub's configuration, for scripts, through `vh`. Hub's thread, but for get_config: any.
Result<Value> set_config(HubCore& core, const VhArgs& args);
Result<Value> topic(HubCore& core, const VhArgs& args);
Result<Value> get_config(HubCore& core, const VhArgs& args);

}  // namespace hookline
