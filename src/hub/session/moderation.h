#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/config/config.h"
#include "hub/scripts/other_scripts.h"
#include "hub/session/announcer.h"
#include "hub/session/roster.h"
#include "hub/store/bans.h"

namespace hookline::hub {

// Describes a ban as an operator or a script asks for it.
struct NewBan {
  std::string_view op;
  std::string_view target;  // a nick; or an address, a range, a prefix, ..., as the type says
  std::string_view reason;
  std::int64_t type = 0;  // a BanType
};

// Kicks, drops and bans users, if the scripts allow it. Leaves users alone who have left meanwhile.
//
// A kick disconnects the user, tells everybody, and bans the nick for a while. A drop disconnects
// the user and tells nobody else.
//
// Thread safety: the hub's thread.
class Moderation {
 public:
  // The references must outlive this.
  Moderation(const HubConfig& config, Roster& roster, Bans& bans, Announcer& announcer,
             OtherScripts& others)
      : config_(config), roster_(roster), bans_(bans), announcer_(announcer), others_(others) {}

  // Kicks for an operator. REQUIRES: the operator's command is being processed, see
  // CommandProcessor::if_allowed().
  void kick_by(Session& op, Session& victim, std::string_view reason);
  void drop_by(Session& op, Session& victim, std::string_view reason);
  // Kicks for a script: `kick` needs no nick and no address. Its notes go to the user and to the
  // operators. The value is True once the kick is durable, or False if the scripts refuse or the
  // user has left.
  [[nodiscard]] Future<Value> kick_for(const Caller& script, Session& victim, Kick kick);

  // Completes a ban. If the ban is by address or share, and the target is a user who is online, it
  // takes the address or share of that user. Returns nullopt if there is no such type, or if the
  // target does not fit it.
  [[nodiscard]] std::optional<Ban> make_ban(const NewBan& wanted) const;
  // Stores the ban and disconnects the users that it matches. The scripts have been asked
  // (OnNewBan). 0 seconds means for ever.
  [[nodiscard]] Future<Value> put_ban(Ban ban, std::int64_t seconds);

 private:
  [[nodiscard]] std::shared_ptr<Session> still_online(const std::weak_ptr<Session>& weak) const;
  Future<Value> kick_now(Session& victim, const Kick& kick);
  Future<Value> ban_for_a_while(const Kick& kick);
  void enforce_bans();

  const HubConfig& config_;
  Roster& roster_;
  Bans& bans_;
  Announcer& announcer_;
  OtherScripts& others_;
};

}  // namespace hookline::hub
