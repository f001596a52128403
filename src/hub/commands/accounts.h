#pragma once

#include <cstdint>
#include <string>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/clocks.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "hub/session/roster.h"
#include "hub/store/passwords.h"
#include "hub/store/registrations.h"

namespace hookline::hub {

struct NewAccount {
  std::string nick;
  std::int64_t user_class = 1;
  std::string password;  // empty: the user sets one later
  std::string op;        // the nick of the operator who registers
};

// Registers users and changes passwords, for chat commands and for `vh`. Passwords are hashed on
// another thread.
//
// Thread safety: the hub's thread. The futures complete when the change is durable.
class Accounts {
 public:
  // The references must outlive this.
  Accounts(const HubConfig& config, const Roster& roster, Registrations& registrations,
           Passwords& passwords, const UnixClock& clock, ScriptEvents& scripts)
      : config_(config),
        roster_(roster),
        registrations_(registrations),
        passwords_(passwords),
        clock_(clock),
        scripts_(scripts) {}

  // Returns whether such an account is possible: the nick is valid and not registered, and the
  // class is from 1 to 10.
  [[nodiscard]] bool can_register(const NewAccount& account) const;
  // Registers a user. The future has False if that is not possible. The scripts have been asked
  // (OnNewReg).
  [[nodiscard]] Future<Value> register_user(NewAccount account);
  // Changes the password of a registered user. The future has False if there is no such user.
  [[nodiscard]] Future<Value> change_password(std::string nick, std::string password);

 private:
  const HubConfig& config_;
  const Roster& roster_;
  Registrations& registrations_;
  Passwords& passwords_;
  const UnixClock& clock_;
  ScriptEvents& scripts_;
};

}  // namespace hookline::hub
