#pragma once

#include "hub/vh/vh_args.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "hookline/script_host.h"

namespace hookline {

class HubCore;

// What scripts do to users, through `vh`. Hub's thread.
Result<Value> close_connection(HubCore& core, const VhArgs& args);
Future<Value> kick_user(HubCore& core, const VhArgs& args);

}  // namespace hookline
