#include "hub/session/live_settings.h"

#include <utility>

#include "hookline/future.h"
#include "hub/nmdc/nmdc.h"
#include "hub/store/hub_state.h"

namespace hookline::hub {

Future<Value> LiveSettings::set(std::string_view conf, std::string_view name,
                                std::string_view value) {
  if (const auto set = settings_.set(conf, name, value); !set) {
    return make_ready_future<Value>(std::unexpected(set.error()));
  }
  const auto [own_conf, own_name] = Settings::key_of(conf, name);
  const bool is_own = own_conf == Settings::kConfigName;
  if (is_own && own_name == "hub_name") {
    roster_.broadcast(nmdc::make({"$HubName ", value}));
  } else if (is_own && own_name == "topic") {
    roster_.broadcast(nmdc::make({"$HubTopic ", value}));
  }
  return save_setting(store_, settings_, conf, name);
}

Future<Value> LiveSettings::set_topic(std::string_view topic) {
  return set(Settings::kConfigName, "topic", nmdc::escape_text(topic));
}

}  // namespace hookline::hub
