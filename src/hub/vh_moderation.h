#pragma once

#include "hub/vh_args.h"
#include "marshal/error.h"
#include "marshal/value.h"
#include "plugin/script_host.h"

namespace hookline {

class HubCore;

// What scripts do to users, through `vh`. Hub's thread.
Result<Value> close_connection(HubCore& core, const VhArgs& args);
Future<Value> kick_user(HubCore& core, const VhArgs& args);

}  // namespace hookline
