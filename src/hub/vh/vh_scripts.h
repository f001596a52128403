#pragma once

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// What scripts say to each other, through `vh`. Hub's thread.
Result<Value> script_command(HubCore& core, const VhArgs& args);
// The answer comes when the other scripts have given theirs, or have not by the deadline.
Future<Value> script_query(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
