#pragma once

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// The hub's configuration, for scripts, through `vh`. Hub's thread, but for get_config: any.
Future<Value> set_config(HubCore& core, const VhArgs& args);
Future<Value> topic(HubCore& core, const VhArgs& args);
Result<Value> get_config(HubCore& core, const VhArgs& args);
// A statement of a script on the hub's database: ScriptSql.
Future<Value> sql(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
