#pragma once

#include <string>
#include <string_view>

#include "hub/base/clocks.h"
#include "hub/session/moderation.h"
#include "hub/session/roster.h"
#include "hub/session/session.h"
#include "hub/store/bans.h"
#include "hub/store/registrations.h"

namespace hookline::hub {

// Runs the chat commands about bans. Each returns its answer, which is empty if it comes later.
//
// Thread safety: the hub's thread.
class BanCommands {
 public:
  // The references must outlive this.
  BanCommands(Moderation& moderation, Bans& bans, const Roster& roster,
              const Registrations& registrations, const UnixClock& clock)
      : moderation_(moderation),
        bans_(bans),
        roster_(roster),
        registrations_(registrations),
        clock_(clock) {}

  [[nodiscard]] std::string ban(Session& sender, std::string_view args);
  [[nodiscard]] std::string unban(Session& sender, std::string_view args);
  [[nodiscard]] std::string banlist(Session& sender, std::string_view args);

 private:
  [[nodiscard]] bool may_ban(const Session& sender, std::string_view nick) const;

  Moderation& moderation_;
  Bans& bans_;
  const Roster& roster_;
  const Registrations& registrations_;
  const UnixClock& clock_;
};

}  // namespace hookline::hub
