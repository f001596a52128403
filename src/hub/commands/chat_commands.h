#pragma once

#include <string>
#include <string_view>

#include "hub/base/counters.h"
#include "hub/commands/account_commands.h"
#include "hub/commands/ban_commands.h"
#include "hub/commands/script_commands.h"
#include "hub/session/chat_flow.h"
#include "hub/session/live_settings.h"
#include "hub/session/moderation.h"
#include "hub/session/roster.h"

namespace hookline::hub {

// Has the table of chat commands: their names, who may use them, and what runs them. "+help" lists
// them.
//
// Thread safety: the hub's thread.
class ChatCommands final : public ChatCommandRunner {
 public:
  // The references must outlive this.
  ChatCommands(const HubCounters& counters, const Roster& roster, LiveSettings& settings,
               Moderation& moderation, AccountCommands& accounts, BanCommands& bans,
               ScriptCommands& scripts)
      : counters_(counters),
        roster_(roster),
        settings_(settings),
        moderation_(moderation),
        accounts_(accounts),
        bans_(bans),
        scripts_(scripts) {}

  [[nodiscard]] std::string run(Session& sender, std::string_view text) override;

 private:
  struct Row;

  [[nodiscard]] std::string help(Session& sender, std::string_view args);
  [[nodiscard]] std::string stats(Session& sender, std::string_view args);
  [[nodiscard]] std::string topic(Session& sender, std::string_view args);
  [[nodiscard]] std::string kick(Session& sender, std::string_view args);
  [[nodiscard]] std::string drop(Session& sender, std::string_view args);
  [[nodiscard]] std::string kick_or_drop(Session& sender, std::string_view args, bool is_kick);

  const HubCounters& counters_;
  const Roster& roster_;
  LiveSettings& settings_;
  Moderation& moderation_;
  AccountCommands& accounts_;
  BanCommands& bans_;
  ScriptCommands& scripts_;
};

}  // namespace hookline::hub
