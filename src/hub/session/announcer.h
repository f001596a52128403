#pragma once

#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "hub/session/roster.h"

namespace hookline::hub {

// Says something as the hub itself, to everybody or to the operators.
//
// Thread safety: the hub's thread.
class Announcer {
 public:
  // The references must outlive this.
  Announcer(const HubConfig& config, Roster& roster, ScriptEvents& scripts)
      : config_(config), roster_(roster), scripts_(scripts) {}

  // Says it in main chat, as the hub's bot; the scripts are told (OnPublicBotMessage).
  void announce(std::string_view text);
  // Says it to every operator who is online, in the operators' chat, under the nick `shown`.
  void tell_operators(std::string_view shown, std::string_view text);
  // Tells the operators, as the hub's bot, something about a script.
  void tell_of_script(const Caller& script, const std::string& notice);

 private:
  const HubConfig& config_;
  Roster& roster_;
  ScriptEvents& scripts_;
};

}  // namespace hookline::hub
