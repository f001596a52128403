#pragma once

#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

class HubCore;

// To every operator who is online, in the operators' chat, as `shown`.
void tell_operators(HubCore& core, std::string_view shown, std::string_view text);

// What scripts say to users, through `vh`. Hub's thread.
Result<Value> send_data_to_user(HubCore& core, const VhArgs& args);
Result<Value> send_data_to_all(HubCore& core, const VhArgs& args);
Result<Value> send_to_active(HubCore& core, const VhArgs& args);
Result<Value> send_to_passive(HubCore& core, const VhArgs& args);
Result<Value> send_to_active_class(HubCore& core, const VhArgs& args);
Result<Value> send_to_passive_class(HubCore& core, const VhArgs& args);
Result<Value> send_to_op_chat(HubCore& core, const VhArgs& args);
Result<Value> send_pm_to_all(HubCore& core, const VhArgs& args);
Result<Value> mc(HubCore& core, const VhArgs& args);
Result<Value> usermc(HubCore& core, const VhArgs& args);
Result<Value> classmc(HubCore& core, const VhArgs& args);
Result<Value> pm(HubCore& core, const VhArgs& args);

}  // namespace hookline::hub
