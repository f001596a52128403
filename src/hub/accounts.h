#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "marshal/value.h"
#include "plugin/script_host.h"

namespace hookline {

class HubCore;

struct NewAccount {
  std::string nick;
  std::int64_t user_class = 1;
  std::string password;  // empty: the user sets one
  std::string op;        // who registers
};

// Registers a user, and tells the scripts. False if the nick is registered or none, or the class is
// not in 1 to 10. A password is hashed first, on another thread. Hub's thread.
[[nodiscard]] Future<Value> register_user(HubCore& core, NewAccount account);

// Gives a registered user another password. Hub's thread.
[[nodiscard]] Future<Value> change_password(HubCore& core, std::string nick, std::string password);

}  // namespace hookline
