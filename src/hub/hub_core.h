#pragma once

#include <uv.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/config.h"
#include "hub/delay_queue.h"
#include "hub/flush_list.h"
#include "hub/hub_counters.h"
#include "hub/nick.h"
#include "hub/roster.h"
#include "hub/script_manager.h"
#include "hub/settings.h"
#include "hub/user_directory.h"
#include "plugin/script_host.h"

namespace hookline {

class Session;

// What all sessions of a hub share: the configuration, who is there, the scripts, the time.
//
// Thread safety: the hub's thread, but for settings(), directory() and the reading of counters().
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
  [[nodiscard]] Settings& settings() noexcept { return settings_; }
  [[nodiscard]] UserDirectory& directory() noexcept { return directory_; }
  [[nodiscard]] Roster& roster() noexcept { return roster_; }
  [[nodiscard]] FlushList& flushes() noexcept { return flushes_; }
  [[nodiscard]] DelayQueue& delays() noexcept { return delays_; }
  [[nodiscard]] HubCounters& counters() noexcept { return counters_; }
  [[nodiscard]] const HubCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] TimePoint now() const { return clock_.now(); }

  // The user of the config file with this nick, or nullptr.
  [[nodiscard]] const RegisteredUser* registered(std::string_view nick) const;

  // Tells the scripts and does not ask them. Costs nothing if none wants to know.
  void post(Hook hook, std::initializer_list<HookArg> args);

  // Takes the next client of the listener.
  void accept(uv_stream_t* listener);
  // Called by a session whose connection has ended: destroyed at the end of this turn.
  void retire(const Session& session);
  // Disconnects a user, tells him why, and the scripts who did it. A kick is told to everybody.
  void kick(Session& victim, std::string_view op, std::string_view reason);
  void drop(Session& victim, std::string_view op, std::string_view reason);

  // Says something to everybody as the hub's bot.
  void announce(std::string_view text);
  void set_topic(std::string_view topic);

  // What is due by the clock: timeouts, delays, OnTimer.
  void tick();
  // Ends a turn of the loop: sends what it produced, forgets who has gone.
  void end_turn();

  // Ends every connection at once, after an attempt to send what is waiting.
  void disconnect_all();
  // Everybody is being disconnected: nobody needs to be told that the others are.
  [[nodiscard]] bool is_closing() const noexcept { return is_closing_; }

 private:
  HubConfig config_;
  Clock& clock_;
  Settings settings_;
  UserDirectory directory_;
  Roster roster_;
  FlushList flushes_;
  DelayQueue delays_;
  HubCounters counters_;
  ScriptHost* scripts_ = nullptr;
  std::unique_ptr<ScriptManager> script_manager_;
  std::unordered_map<std::string, const RegisteredUser*, NickHash, NickEqual> registered_;
  std::unordered_map<const Session*, std::shared_ptr<Session>> sessions_;
  std::vector<const Session*> retired_;
  TimePoint next_timer_;
  bool is_closing_ = false;
};

}  // namespace hookline
