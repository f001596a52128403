#pragma once

#include <cstdint>
#include <string_view>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/config/config.h"
#include "hub/session/roster.h"
#include "hub/session/script_bots.h"
#include "hub/store/registrations.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Has the functions of `vh` with which scripts add and remove bots.
//
// Thread safety: the hub's thread.
class VhBots {
 public:
  // The references must outlive this.
  VhBots(const HubConfig& config, const Roster& roster, const Registrations& registrations,
         ScriptBots& bots)
      : config_(config), roster_(roster), registrations_(registrations), bots_(bots) {}

  [[nodiscard]] Result<Value> is_robot_nick_bad(const VhArgs& args) const;
  Result<Value> add_robot(const VhArgs& args);
  Result<Value> del_robot(const VhArgs& args);

 private:
  // Says whether a bot may have a nick, with the numbers of vh.eBOT_*.
  enum class BotNick : std::uint8_t { kOk, kExists, kWithoutNick, kBadChars, kReserved, kApiError };
  [[nodiscard]] BotNick check_nick(std::string_view nick, const Caller& caller) const;

  const HubConfig& config_;
  const Roster& roster_;
  const Registrations& registrations_;
  ScriptBots& bots_;
};

}  // namespace hookline::hub
