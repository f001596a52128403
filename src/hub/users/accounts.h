#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"

namespace hookline::hub {

class HubCore;

struct NewAccount {
  std::string nick;
  std::int64_t user_class = 1;
  std::string password;  // empty: the user sets one
  std::string op;        // who registers
};

// Whether there can be such an account: the nick is one and not registered, and the class is in
// 1 to 10. Hub's thread.
[[nodiscard]] bool can_register(HubCore& core, const NewAccount& account);

// Registers a user; False if that cannot be. The scripts have been asked (OnNewReg). A password is
// hashed first, on another thread. Hub's thread.
[[nodiscard]] Future<Value> register_user(HubCore& core, NewAccount account);

// Gives a registered user another password. Hub's thread.
[[nodiscard]] Future<Value> change_password(HubCore& core, std::string nick, std::string password);

}  // namespace hookline::hub
