#pragma once

#include <map>
#include <string>
#include <string_view>

#include "hookline/script_host.h"
#include "hub/base/clocks.h"
#include "hub/base/stop_switch.h"
#include "hub/commands/accounts.h"
#include "hub/config/config.h"
#include "hub/config/settings.h"
#include "hub/net/geo_ip.h"
#include "hub/scripts/other_scripts.h"
#include "hub/scripts/script_events.h"
#include "hub/session/announcer.h"
#include "hub/session/live_settings.h"
#include "hub/session/moderation.h"
#include "hub/session/roster.h"
#include "hub/session/script_bots.h"
#include "hub/store/hub_state.h"
#include "hub/users/user_directory.h"
#include "plugin/types/log.h"

namespace hookline::hub {

// Has the parts of the hub that functions of `vh` may read on a script's thread.
//
// Ownership: it borrows them. Thread safety: any thread.
struct VhReadable {
  // Returns what the configured databases know about an address, in the hub's encoding; "--" if
  // they know nothing.
  [[nodiscard]] std::string place_of(std::string_view ip, GeoField field) const;

  const HubConfig& config;
  const UserDirectory& directory;
  const Settings& settings;
  const GeoIp& geo;
  const TurnRate& turns;
};

// Has all parts of the hub that functions of `vh` use.
//
// Ownership: it borrows them. Thread safety: the hub's thread.
struct VhHub : VhReadable {
  Clock& clock;
  StopSwitch& stop;
  Roster& roster;
  ScriptBots& bots;
  ScriptEvents& scripts;
  OtherScripts& others;
  Announcer& announcer;
  Moderation& moderation;
  Accounts& accounts;
  LiveSettings& live_settings;
  Registrations& registrations;
  Bans& bans;
  Restrictions& restrictions;
  ScriptSql& sql;
  // How often the log and the operators are told of scripts that send more than users read.
  std::map<ScriptId, detail::LogBudget> send_notices = {};
};

}  // namespace hookline::hub
