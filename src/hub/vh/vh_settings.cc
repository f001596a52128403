#include "hub/vh/vh_settings.h"

#include <spdlog/spdlog.h>

#include <string>

#include "hookline/executor.h"
#include "hookline/future.h"
#include "hub/base/words.h"
#include "hub/config/stored_settings.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/hub_core.h"
#include "hub/vh/vh_decision.h"

namespace hookline::hub {
namespace {

// What OnSetConfig says of a value: 1 for a whole number, else 0.
int type_of(std::string_view value) { return read_number(value) ? 1 : 0; }

Future<Value> set_now(HubCore& core, std::string_view conf, std::string_view name,
                      std::string_view value) {
  if (const auto set = core.settings().set(conf, name, value); !set) {
    return make_ready_future<Value>(std::unexpected(set.error()));
  }
  const auto [own_conf, own_name] = Settings::key_of(conf, name);
  const bool is_own = own_conf == Settings::kConfigName;
  if (is_own && own_name == "hub_name") {
    core.roster().broadcast(nmdc::make({"$HubName ", value}));
  } else if (is_own && own_name == "topic") {
    core.roster().broadcast(nmdc::make({"$HubTopic ", value}));
  }
  return save_setting(core.state().store(), core.settings(), conf, name);
}

}  // namespace

Future<Value> set_config(HubCore& core, const VhArgs& args) {
  const std::string conf(args.text(0));
  const std::string name(args.text(1));
  const std::string value(args.text(2));
  if (const auto checked = Settings::check(conf, name, value); !checked) {
    spdlog::warn("{}: {}", args.caller().name, checked.error().message);
    return make_ready_future<Value>(false);
  }
  const List told{args.caller().name,
                  conf,
                  name,
                  value,
                  core.settings().get(conf, name).value_or(std::string()),
                  type_of(value)};
  return if_others_allow(core, args.caller(), Hook::kOnSetConfig, told,
                         [&core, conf, name, value] { return set_now(core, conf, name, value); });
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

}  // namespace hookline::hub
