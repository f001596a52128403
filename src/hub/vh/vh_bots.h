#pragma once

#include "hub/vh/vh_args.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

class HubCore;

// Bots that scripts have, through `vh`. Hub's thread.
Result<Value> is_robot_nick_bad(HubCore& core, const VhArgs& args);
Result<Value> add_robot(HubCore& core, const VhArgs& args);
Result<Value> del_robot(HubCore& core, const VhArgs& args);

}  // namespace hookline
