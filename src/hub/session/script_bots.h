#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hookline/host.h"
#include "hub/nmdc/nick.h"
#include "hub/users/user.h"

namespace hookline::hub {

class Roster;

// The bots that scripts have added. To users they are users; they leave when their script removes
// them, or when it ends.
//
// While a script is reloaded there are two runs of it, and the new one adds its bots before the old
// one has removed them: then the bot is both of theirs, and stays until both have given it up.
//
// Thread safety: the hub's thread.
class ScriptBots {
 public:
  explicit ScriptBots(Roster& roster) : roster_(roster) {}

  // REQUIRES: nobody has the nick, or can_share().
  void add(const UserPtr& bot, const Caller& owner);
  // Whether it is a bot of another run of the same script.
  [[nodiscard]] bool can_share(std::string_view nick, const Caller& caller) const;
  // False: this run of the script has no such bot.
  bool remove(std::string_view nick, const Caller& owner);
  void remove_all(const Caller& owner);
  [[nodiscard]] bool has(std::string_view nick) const { return bots_.contains(nick); }

 private:
  struct Owners {
    ScriptId script{};
    std::vector<std::uint32_t> runs;
  };
  using Bots = std::unordered_map<std::string, Owners, NickHash, NickEqual>;

  // Whether it was one of its owners. The last one takes the bot along.
  bool give_up(Bots::iterator bot, const Caller& owner);

  Roster& roster_;
  Bots bots_;
};

}  // namespace hookline::hub
