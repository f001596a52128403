#pragma once

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// What scripts learn of users, through `vh`. Any thread: all of it is read from the directory.
Result<Value> get_my_info(HubCore& core, const VhArgs& args);
Result<Value> get_user_class(HubCore& core, const VhArgs& args);
Result<Value> get_user_ip(HubCore& core, const VhArgs& args);
Result<Value> get_nick_list(HubCore& core, const VhArgs& args);
Result<Value> get_op_list(HubCore& core, const VhArgs& args);
Result<Value> get_bot_list(HubCore& core, const VhArgs& args);
Result<Value> get_raw_nick_list(HubCore& core, const VhArgs& args);
Result<Value> get_raw_op_list(HubCore& core, const VhArgs& args);
Result<Value> get_raw_bot_list(HubCore& core, const VhArgs& args);
Result<Value> get_user_host(HubCore& core, const VhArgs& args);
Result<Value> get_user_hub_url(HubCore& core, const VhArgs& args);
Result<Value> get_user_ext_json(HubCore& core, const VhArgs& args);
Result<Value> get_users_count(HubCore& core, const VhArgs& args);
Result<Value> get_total_share_size(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
