#pragma once

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/scripts/other_scripts.h"
#include "hub/session/moderation.h"
#include "hub/session/roster.h"
#include "hub/store/bans.h"
#include "hub/store/restrictions.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Implements the functions of `vh` that disconnect, kick, ban and restrict users.
//
// Thread safety: the hub's thread. The futures complete, on any thread, when the change is durable.
class VhModeration {
 public:
  // The references must outlive this.
  VhModeration(Roster& roster, Moderation& moderation, OtherScripts& others, Bans& bans,
               Restrictions& restrictions, Clock& clock)
      : roster_(roster),
        moderation_(moderation),
        others_(others),
        bans_(bans),
        restrictions_(restrictions),
        clock_(clock) {}

  Result<Value> close_connection(const VhArgs& args);
  Future<Value> kick_user(const VhArgs& args);
  Future<Value> ban(const VhArgs& args);
  Future<Value> del_nick_temp_ban(const VhArgs& args);
  Future<Value> del_ip_temp_ban(const VhArgs& args);
  Future<Value> user_restrictions(const VhArgs& args);

 private:
  Roster& roster_;
  Moderation& moderation_;
  OtherScripts& others_;
  Bans& bans_;
  Restrictions& restrictions_;
  Clock& clock_;
};

}  // namespace hookline::hub
