#pragma once

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// What scripts do to users, through `vh`. Hub's thread.
Result<Value> close_connection(HubCore& core, const VhArgs& args);
Future<Value> kick_user(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
