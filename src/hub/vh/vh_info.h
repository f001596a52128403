#pragma once

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// What scripts change of what is known about users, through `vh`. Hub's thread.
Result<Value> set_my_info(HubCore& core, const VhArgs& args);
Result<Value> set_my_info_flag(HubCore& core, const VhArgs& args);
Result<Value> unset_my_info_flag(HubCore& core, const VhArgs& args);
Result<Value> set_user_ip(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
