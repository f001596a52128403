#pragma once

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// Where users and addresses are, through `vh`. What is not known is "--". Any thread.
Result<Value> get_user_cc(HubCore& core, const VhArgs& args);
Result<Value> get_ip_cc(HubCore& core, const VhArgs& args);
Result<Value> get_ip_cn(HubCore& core, const VhArgs& args);
Result<Value> get_ip_city(HubCore& core, const VhArgs& args);
Result<Value> get_ip_asn(HubCore& core, const VhArgs& args);
Result<Value> get_geo_ip(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
