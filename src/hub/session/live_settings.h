#pragma once

#include <string>
#include <string_view>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/config/settings.h"
#include "hub/session/roster.h"
#include "hub/store/store.h"

namespace hookline::hub {

// Changes settings of the running hub: shows a new topic or hub name to the users, and stores the
// value for the next start.
//
// Thread safety: the hub's thread. A change is in force immediately; the future completes when it
// is durable.
class LiveSettings {
 public:
  // The references must outlive this.
  LiveSettings(Settings& settings, Store& store, Roster& roster)
      : settings_(settings), store_(store), roster_(roster) {}

  // Fails as Settings::set() does.
  Future<Value> set(std::string_view conf, std::string_view name, std::string_view value);

  // Sets the topic, which may be any text: characters that would break the command apart are
  // escaped.
  Future<Value> set_topic(std::string_view topic);
  [[nodiscard]] std::string topic() const { return settings_.own("topic"); }

 private:
  Settings& settings_;
  Store& store_;
  Roster& roster_;
};

}  // namespace hookline::hub
