#pragma once

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// Bots that scripts have, through `vh`. Hub's thread.
Result<Value> is_robot_nick_bad(HubCore& core, const VhArgs& args);
Result<Value> add_robot(HubCore& core, const VhArgs& args);
Result<Value> del_robot(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
