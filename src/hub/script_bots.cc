#include "hub/script_bots.h"

#include "hub/nmdc.h"
#include "hub/roster.h"

namespace hookline {

void ScriptBots::add(const UserPtr& bot, ScriptId owner) {
  owners_.insert_or_assign(bot->nick, owner);
  roster_.put_bot(bot);
  roster_.announce(*bot);
}

bool ScriptBots::remove(std::string_view nick, ScriptId owner) {
  const auto found = owners_.find(nick);
  if (found == owners_.end() || found->second != owner) {
    return false;
  }
  leave(found->first);
  owners_.erase(found);
  return true;
}

void ScriptBots::remove_all(ScriptId owner) {
  std::erase_if(owners_, [&](const auto& bot) {
    if (bot.second == owner) {
      leave(bot.first);
    }
    return bot.second == owner;
  });
}

void ScriptBots::leave(std::string_view nick) const {
  roster_.remove_bot(nick);
  roster_.broadcast(nmdc::make({"$Quit ", nick}));
}

}  // namespace hookline
