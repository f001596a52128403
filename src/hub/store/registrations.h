#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/config/config.h"
#include "hub/nmdc/nick.h"
#include "hub/store/store.h"

namespace hookline::hub {

struct Registration {
  std::string nick;  // as it was registered
  int user_class = kClassRegistered;
  // The password of a user of the config file, or the hash of another user's; empty if none has
  // been set.
  std::string secret;
  bool is_from_config = false;
  std::string op;  // the nick of the operator who registered; empty for the config file
  std::int64_t registered_at = 0;

  [[nodiscard]] bool has_password() const noexcept { return is_from_config || !secret.empty(); }
  // Returns the class that the user gets. Anybody may take a nick without a password first, so such
  // a nick does not give an operator's rights.
  [[nodiscard]] int effective_class() const noexcept {
    return !has_password() && user_class > kClassVip ? kClassVip : user_class;
  }
};

// Holds the registered users. Those of the config file take precedence: they hide stored users with
// the same nick, and can only be changed in the file.
//
// Thread safety: the hub's thread. Changes are in force immediately. The futures complete when the
// change is durable, with False if there was nothing to change.
class Registrations {
 public:
  // `store` must outlive this.
  Registrations(Store& store, const std::vector<RegisteredUser>& users);
  // Reads the stored users. REQUIRES: called once, before anything else.
  [[nodiscard]] Result<void> load();

  [[nodiscard]] const Registration* find(std::string_view nick) const;

  // Registers a user. The future has False if the nick is registered, or if the class is not from 1
  // to 10.
  [[nodiscard]] Future<Value> add(Registration user);
  [[nodiscard]] Future<Value> remove(std::string_view nick);
  [[nodiscard]] Future<Value> set_class(std::string_view nick, std::int64_t user_class);
  [[nodiscard]] Future<Value> set_secret(std::string_view nick, std::string hash);

  [[nodiscard]] static bool is_class(std::int64_t user_class) noexcept {
    return user_class >= kClassRegistered && user_class <= kClassMaster;
  }

 private:
  [[nodiscard]] Registration* find_stored(std::string_view nick);

  Store& store_;
  std::unordered_map<std::string, Registration, NickHash, NickEqual> users_;
};

}  // namespace hookline::hub
