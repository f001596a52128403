#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "hub/nick.h"
#include "hub/user.h"
#include "plugin/host.h"

namespace hookline {

class Roster;

// The bots that scripts have added. To users they are users; they leave when their script removes
// them, or when it ends.
//
// Thread safety: the hub's thread.
class ScriptBots {
 public:
  explicit ScriptBots(Roster& roster) : roster_(roster) {}

  // REQUIRES: nobody has the nick.
  void add(const UserPtr& bot, ScriptId owner);
  // False: the script has no such bot.
  bool remove(std::string_view nick, ScriptId owner);
  void remove_all(ScriptId owner);
  [[nodiscard]] bool has(std::string_view nick) const { return owners_.contains(nick); }

 private:
  void leave(std::string_view nick) const;

  Roster& roster_;
  std::unordered_map<std::string, ScriptId, NickHash, NickEqual> owners_;
};

}  // namespace hookline
