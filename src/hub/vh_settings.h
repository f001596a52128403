#pragma once

#include "hub/vh_args.h"
#include "marshal/error.h"
#include "marshal/value.h"
#include "plugin/script_host.h"

namespace hookline {

class HubCore;

// The hub's configuration, for scripts, through `vh`. Hub's thread, but for get_config: any.
Future<Value> set_config(HubCore& core, const VhArgs& args);
Future<Value> topic(HubCore& core, const VhArgs& args);
Result<Value> get_config(HubCore& core, const VhArgs& args);
// A statement of a script on the hub's database: ScriptSql.
Future<Value> sql(HubCore& core, const VhArgs& args);

}  // namespace hookline
