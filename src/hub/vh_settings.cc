#include "hub/vh_settings.h"

#include <spdlog/spdlog.h>

#include "hub/hub_core.h"
#include "hub/nmdc.h"
#include "hub/stored_settings.h"
#include "hub/words.h"

namespace hookline {
namespace {

// What OnSetConfig says of a value: 1 for a whole number, else 0.
int type_of(std::string_view value) { return read_number(value) ? 1 : 0; }

}  // namespace

Future<Value> set_config(HubCore& core, const VhArgs& args) {
  const auto conf = args.text(0);
  const auto name = args.text(1);
  const auto old_value = core.settings().set(conf, name, args.text(2));
  if (!old_value) {
    spdlog::warn("{}: {}", args.caller().name, old_value.error().message);
    return make_ready_future<Value>(false);
  }
  const auto [own_conf, own_name] = Settings::key_of(conf, name);
  const bool is_own = own_conf == Settings::kConfigName;
  if (is_own && own_name == "hub_name") {
    core.roster().broadcast(nmdc::make({"$HubName ", args.text(2)}));
  } else if (is_own && own_name == "topic") {
    core.roster().broadcast(nmdc::make({"$HubTopic ", args.text(2)}));
  }
  core.post(Hook::kOnSetConfig,
            {args.caller().name, conf, name, args.text(2), *old_value, type_of(args.text(2))});
  return save_setting(core.state().store(), core.settings(), conf, name);
}

Future<Value> topic(HubCore& core, const VhArgs& args) {
  if (!args.has(0)) {
    return make_ready_future<Value>(core.settings().own("topic"));
  }
  return core.set_topic(args.text(0))
      .then(InlineExecutor::instance(),
            [topic = core.settings().own("topic")](const Result<Value>& stored) -> Result<Value> {
              return stored ? Result<Value>(topic) : stored;
            });
}

Future<Value> sql(HubCore& core, const VhArgs& args) {
  constexpr std::int64_t kRows = 100;
  return core.state().sql().run(args.caller().name, std::string(args.text(0)),
                                args.number(1, kRows));
}

Result<Value> get_config(HubCore& core, const VhArgs& args) {
  if (auto value = core.settings().get(args.text(0), args.text(1))) {
    return *std::move(value);
  }
  return args.has(2) ? Value(args.text(2)) : Value();
}

}  // namespace hookline
