#pragma once

#include <cstdint>
#include <memory>

#include "hookline/script_host.h"
#include "hub/base/clocks.h"
#include "hub/base/counters.h"
#include "hub/base/stop_switch.h"
#include "hub/commands/account_commands.h"
#include "hub/commands/accounts.h"
#include "hub/commands/ban_commands.h"
#include "hub/commands/chat_commands.h"
#include "hub/commands/script_commands.h"
#include "hub/config/config.h"
#include "hub/config/settings.h"
#include "hub/net/connection.h"
#include "hub/net/geo_ip.h"
#include "hub/net/host_names.h"
#include "hub/scripts/other_scripts.h"
#include "hub/scripts/room_queue.h"
#include "hub/scripts/script_events.h"
#include "hub/scripts/script_manager.h"
#include "hub/scripts/script_names.h"
#include "hub/session/announcer.h"
#include "hub/session/live_settings.h"
#include "hub/session/moderation.h"
#include "hub/session/roster.h"
#include "hub/session/script_bots.h"
#include "hub/session/session.h"
#include "hub/session/sessions.h"
#include "hub/store/hub_state.h"
#include "hub/users/user_directory.h"

namespace hookline::hub {

// Owns the parts of a hub, except the loop, the sockets and the scripts, and gives each part
// references to the others that it uses. Only Hub and HubHost know this class.
//
// Thread safety: the hub's thread, except that settings(), directory(), geo(), turns() and
// stop_switch() may be called as their classes allow, and counters() may be read from any thread.
class HubCore {
 public:
  // Opens the database of the configuration. `clock` must outlive this. An error names the file and
  // says what to do.
  [[nodiscard]] static Result<std::unique_ptr<HubCore>> open(HubConfig config, Clock& clock);
  HubCore(const HubCore&) = delete;
  HubCore& operator=(const HubCore&) = delete;
  ~HubCore();

  // Must be called once, before the first client. `scripts` must outlive the last client.
  void set_scripts(ScriptHost* scripts);
  // Must be called before the first client; `names` must outlive this.
  void set_host_names(HostNames* names) noexcept { session_needs_.host_names = names; }
  void set_port(std::uint16_t port) noexcept { session_needs_.commands.login.port = port; }
  // Called when the scripts have ended, because it completes their calls. After that nothing that
  // changes the stored data may be used.
  void close_state() noexcept { state_.reset(); }

  [[nodiscard]] const HubConfig& config() const noexcept { return config_; }
  [[nodiscard]] Clock& clock() const noexcept { return clock_; }
  [[nodiscard]] const HubCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const TurnRate& turns() const noexcept { return turns_; }
  [[nodiscard]] StopSwitch& stop_switch() noexcept { return stop_switch_; }
  [[nodiscard]] Settings& settings() noexcept { return *settings_; }
  [[nodiscard]] LiveSettings& live_settings() noexcept { return live_settings_; }
  [[nodiscard]] HubState& state() noexcept { return *state_; }
  [[nodiscard]] UserDirectory& directory() noexcept { return directory_; }
  [[nodiscard]] Roster& roster() noexcept { return roster_; }
  [[nodiscard]] ScriptBots& bots() noexcept { return bots_; }
  [[nodiscard]] GeoIp& geo() noexcept { return geo_; }
  [[nodiscard]] ScriptEvents& scripts() noexcept { return script_events_; }
  [[nodiscard]] OtherScripts& other_scripts() noexcept { return other_scripts_; }
  [[nodiscard]] ScriptManager& script_manager() noexcept { return script_manager_; }
  [[nodiscard]] ScriptNames& script_names() noexcept { return script_names_; }
  [[nodiscard]] Announcer& announcer() noexcept { return announcer_; }
  [[nodiscard]] Moderation& moderation() noexcept { return moderation_; }
  [[nodiscard]] Accounts& accounts() noexcept { return accounts_; }
  [[nodiscard]] Sessions& sessions() noexcept { return sessions_; }

  // Does everything that is due by the clock: timeouts, delays, OnTimer.
  void tick();
  // Ends a turn of the loop: sends what it produced, and destroys the sessions that have ended.
  void end_turn();
  // Ends every connection now, after one attempt to send what is waiting.
  void disconnect_all();

 private:
  HubCore(HubConfig config, Clock& clock, std::unique_ptr<Settings> settings,
          std::unique_ptr<HubState> state);

  HubConfig config_;
  Clock& clock_;
  HubCounters counters_;
  TurnRate turns_;
  StopSwitch stop_switch_;
  std::unique_ptr<Settings> settings_;
  std::unique_ptr<HubState> state_;
  FlushList flushes_;
  UserDirectory directory_;
  Roster roster_;
  ScriptBots bots_;
  GeoIp geo_;

  ScriptHost* scripts_ = nullptr;
  ScriptEvents script_events_;
  RoomQueue room_;
  OtherScripts other_scripts_;
  ScriptManager script_manager_;
  ScriptNames script_names_;

  Announcer announcer_;
  LiveSettings live_settings_;
  Moderation moderation_;
  Accounts accounts_;
  AccountCommands account_commands_;
  BanCommands ban_commands_;
  ScriptCommands script_commands_;
  ChatCommands chat_commands_;

  Session::Needs session_needs_;
  Sessions sessions_;

  TimePoint next_timer_;
  TimePoint next_expiry_;
};

}  // namespace hookline::hub
