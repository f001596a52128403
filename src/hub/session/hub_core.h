#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hub/base/hub_counters.h"
#include "hub/base/turn_rate.h"
#include "hub/config/config.h"
#include "hub/config/settings.h"
#include "hub/net/flush_list.h"
#include "hub/net/geo_ip.h"
#include "hub/net/host_names.h"
#include "hub/scripts/script_manager.h"
#include "hub/scripts/script_names.h"
#include "hub/store/hub_state.h"
#include "hub/users/roster.h"
#include "hub/users/script_bots.h"
#include "hub/users/user_directory.h"
#include "hub/vh/vh_decision.h"

namespace hookline::hub {

class Session;

// What all sessions of a hub share: the configuration, who is there, the scripts, the time.
//
// Thread safety: the hub's thread, but for settings(), directory(), geo(), exit_code(),
// turns_per_second() and the reading of counters().
class HubCore {
 public:
  HubCore(HubConfig config, Clock& clock);
  HubCore(const HubCore&) = delete;
  HubCore& operator=(const HubCore&) = delete;
  ~HubCore();

  // Before the first client and until the last one has gone.
  void set_scripts(ScriptHost* scripts);
  [[nodiscard]] ScriptHost& scripts() noexcept { return *scripts_; }
  [[nodiscard]] ScriptManager& script_manager() noexcept { return *script_manager_; }

  [[nodiscard]] const HubConfig& config() const noexcept { return config_; }
  // Where it listens, which the configuration may leave open.
  void set_port(std::uint16_t port) noexcept { port_ = port; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Settings& settings() noexcept { return settings_; }
  [[nodiscard]] UserDirectory& directory() noexcept { return directory_; }
  [[nodiscard]] Roster& roster() noexcept { return roster_; }
  [[nodiscard]] ScriptBots& bots() noexcept { return bots_; }
  [[nodiscard]] GeoIp& geo() noexcept { return geo_; }
  // nullptr: the names of addresses are not looked up. Not owned.
  [[nodiscard]] HostNames* host_names() const noexcept { return host_names_; }
  void set_host_names(HostNames* names) noexcept { host_names_ = names; }
  [[nodiscard]] FlushList& flushes() noexcept { return flushes_; }
  [[nodiscard]] WaitingScripts& waiting_scripts() noexcept { return waiting_scripts_; }
  [[nodiscard]] ScriptNames& script_names() noexcept { return script_names_; }
  [[nodiscard]] HubCounters& counters() noexcept { return counters_; }
  [[nodiscard]] const HubCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] TimePoint now() const { return clock_.now(); }

  // What survives a restart. Opened before the first client, and closed after the scripts' end: it
  // completes their calls.
  [[nodiscard]] Result<void> open_state();
  void close_state() noexcept { state_.reset(); }
  [[nodiscard]] HubState& state() noexcept { return *state_; }

  // Tells the scripts and does not ask them. Costs nothing if none wants to know.
  void post(Hook hook, std::initializer_list<HookArg> args);
  // The same, but for one script: who has caused it knows.
  void post_to_others(ScriptId one, Hook hook, const List& args);

  // Takes the next client of the listener.
  void accept(uv_stream_t* listener);
  // Called by a session whose connection has ended: destroyed at the end of this turn.
  void retire(const Session& session);
  // Disconnects whom the bans are about.
  void enforce_bans();

  // Ends the hub after this turn of its loop; `code` is what its process is to exit with. The first
  // call counts. `how` is called for it.
  void stop(int code);
  // The same at `when`, unless that has been said of an earlier time.
  void stop_at(TimePoint when, int code);
  void on_stop(std::function<void()> how) { stopper_ = std::move(how); }
  [[nodiscard]] int exit_code() const noexcept { return exit_code_.load(); }
  [[nodiscard]] double turns_per_second() const noexcept { return turns_.per_second(); }

  // Says something to everybody as the hub's bot.
  void announce(std::string_view text);
  // The future is ready when the topic is stored.
  Future<Value> set_topic(std::string_view topic);

  // What is due by the clock: timeouts, delays, OnTimer.
  void tick();
  // Does it before this turn ends, and not inside of what is being done now.
  void at_end_of_turn(std::function<void()> what) { at_end_.push_back(std::move(what)); }
  // Ends a turn of the loop: sends what it produced, forgets who has gone.
  void end_turn();

  // Ends every connection at once, after an attempt to send what is waiting.
  void disconnect_all();
  // Everybody is being disconnected: nobody needs to be told that the others are.
  [[nodiscard]] bool is_closing() const noexcept { return is_closing_; }

 private:
  HubConfig config_;
  Clock& clock_;
  std::uint16_t port_ = 0;
  Settings settings_;
  UserDirectory directory_;
  Roster roster_;
  ScriptBots bots_;
  GeoIp geo_;
  HostNames* host_names_ = nullptr;
  TurnRate turns_;
  std::function<void()> stopper_;
  std::atomic<bool> must_stop_{false};
  std::atomic<int> exit_code_{0};
  FlushList flushes_;
  WaitingScripts waiting_scripts_;
  ScriptNames script_names_;
  HubCounters counters_;
  ScriptHost* scripts_ = nullptr;
  std::unique_ptr<HubState> state_;
  std::unique_ptr<ScriptManager> script_manager_;
  std::unordered_map<const Session*, std::shared_ptr<Session>> sessions_;
  std::vector<const Session*> retired_;
  std::vector<std::function<void()>> at_end_;
  TimePoint next_timer_;
  TimePoint next_expiry_;
  TimePoint stops_at_ = kNoDeadline;  // because a script wants it
  int stops_with_ = 0;
  bool is_closing_ = false;
};

}  // namespace hookline::hub
