#pragma once

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// Accounts, bans and restrictions, through `vh`. Hub's thread; the futures are ready, from any
// thread, when the change is durable.
Future<Value> add_reg_user(HubCore& core, const VhArgs& args);
Future<Value> del_reg_user(HubCore& core, const VhArgs& args);
Future<Value> set_reg_class(HubCore& core, const VhArgs& args);
Future<Value> ban(HubCore& core, const VhArgs& args);
Future<Value> del_nick_temp_ban(HubCore& core, const VhArgs& args);
Future<Value> del_ip_temp_ban(HubCore& core, const VhArgs& args);
Future<Value> user_restrictions(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
