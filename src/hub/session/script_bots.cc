#include "hub/session/script_bots.h"

#include <algorithm>

#include "hub/nmdc/nmdc.h"
#include "hub/session/roster.h"

namespace hookline::hub {

void ScriptBots::add(const UserPtr& bot, const Caller& owner) {
  Owners& owners = bots_[bot->nick];
  owners.script = owner.id;
  owners.runs.push_back(owner.run);
  roster_.put_bot(bot);
  roster_.announce(*bot);
}

bool ScriptBots::can_share(std::string_view nick, const Caller& caller) const {
  const auto found = bots_.find(nick);
  return found != bots_.end() && found->second.script == caller.id &&
         std::ranges::find(found->second.runs, caller.run) == found->second.runs.end();
}

bool ScriptBots::remove(std::string_view nick, const Caller& owner) {
  const auto found = bots_.find(nick);
  return found != bots_.end() && give_up(found, owner);
}

void ScriptBots::remove_all(const Caller& owner) {
  for (auto bot = bots_.begin(); bot != bots_.end();) {
    (void)give_up(bot++, owner);
  }
}

bool ScriptBots::give_up(Bots::iterator bot, const Caller& owner) {
  Owners& owners = bot->second;
  if (owners.script != owner.id || std::erase(owners.runs, owner.run) == 0) {
    return false;
  }
  if (owners.runs.empty()) {
    roster_.remove_bot(bot->first);
    roster_.broadcast(nmdc::make({"$Quit ", bot->first}));
    bots_.erase(bot);
  }
  return true;
}

}  // namespace hookline::hub
