#include "hub/vh_settings.h"

#include <spdlog/spdlog.h>

#include "hub/hub_core.h"
#include "hub/nmdc.h"

namespace hookline {

Result<Value> set_config(HubCore& core, const VhArgs& args) {
  const auto conf = args.text(0);
  const auto name = args.text(1);
  const auto old_value = core.settings().set(conf, name, args.text(2));
  if (!old_value) {
    spdlog::warn("{}: {}", args.caller().name, old_value.error().message);
    return false;
  }
  const bool is_own = conf == "config" || conf == Settings::kConfigName;
  if (is_own && name == "hub_name") {
    core.roster().broadcast(nmdc::make({"$HubName ", args.text(2)}));
  } else if (is_own && (name == "topic" || name == "hub_topic")) {
    core.roster().broadcast(nmdc::make({"$HubTopic ", args.text(2)}));
  }
  core.post(Hook::kOnSetConfig, {args.caller().name, conf, name, args.text(2), *old_value, 0});
  return true;
}

Result<Value> topic(HubCore& core, const VhArgs& args) {
  if (args.has(0)) {
    core.set_topic(args.text(0));
  }
  return core.settings().own("topic");
}

Result<Value> get_config(HubCore& core, const VhArgs& args) {
  if (auto value = core.settings().get(args.text(0), args.text(1))) {
    return *std::move(value);
  }
  return args.has(2) ? Value(args.text(2)) : Value();
}

}  // namespace hookline
