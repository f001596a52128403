#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hookline/call.h"
#include "hub/nmdc/nick.h"
#include "hub/users/user.h"

namespace hookline::hub {

class Roster;

// Holds the bots that scripts have added. To users they look like users. A bot leaves when its
// script removes it, or ends.
//
// During a reload two runs of a script exist, and the new one adds its bots before the old one
// removes them. Such a bot belongs to both runs, and stays until both have removed it.
//
// Thread safety: the hub's thread.
class ScriptBots {
 public:
  explicit ScriptBots(Roster& roster) : roster_(roster) {}

  // REQUIRES: nobody has the nick, or can_share().
  void add(const UserPtr& bot, const Caller& owner);
  // Returns whether the nick is a bot of another run of the same script.
  [[nodiscard]] bool can_share(std::string_view nick, const Caller& caller) const;
  // Removes a bot of this run of the script. Returns false if it has no such bot.
  bool remove(std::string_view nick, const Caller& owner);
  void remove_all(const Caller& owner);
  [[nodiscard]] bool has(std::string_view nick) const { return bots_.contains(nick); }

 private:
  struct Owners {
    ScriptId script{};
    std::vector<std::uint32_t> runs;
  };
  using Bots = std::unordered_map<std::string, Owners, NickHash, NickEqual>;

  // Removes an owner. Returns false if it was none. The bot leaves with its last owner.
  bool give_up(Bots::iterator bot, const Caller& owner);

  Roster& roster_;
  Bots bots_;
};

}  // namespace hookline::hub
