#include "hub/session/announcer.h"

#include "hookline/verlihub/hooks.h"
#include "hub/base/text.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/session.h"

namespace hookline::hub {

void Announcer::announce(std::string_view text) {
  roster_.broadcast(nmdc::make_chat(config_.bot_name, nmdc::escape_text(text)));
  scripts_.post(verlihub::kOnPublicBotMessage, {config_.bot_name, text, kClassGuest, kClassMaster});
}

void Announcer::tell_operators(std::string_view shown, std::string_view text) {
  const auto nick = nmdc::escape_text(shown);
  const auto message = nmdc::escape_text(text);
  for (auto* user : roster_.online()) {
    if (user->is_operator()) {
      user->send(nmdc::make_private(user->nick(), config_.op_chat_name, nick, message));
    }
  }
}

void Announcer::tell_of_script(const Caller& script, const std::string& notice) {
  tell_operators(config_.bot_name, hub_text(config_.encoding, script.name + ": " + notice));
}

}  // namespace hookline::hub
