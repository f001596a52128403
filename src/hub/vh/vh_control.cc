#include "hub/vh/vh_control.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "hub/commands/chat_commands.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"

namespace hookline::hub {

Result<Value> get_serv_freq(HubCore& core, const VhArgs& /*args*/) {
  return core.turns_per_second();
}

Result<Value> parse_command(HubCore& core, const VhArgs& args) {
  auto* user = core.roster().find_online(args.text(0));
  if (user == nullptr || !is_chat_command(args.text(1))) {
    return false;
  }
  const auto text = nmdc::escape_text(args.text(1));
  const auto& nick = user->nick();
  auto typed = args.number(2) != 0 ? nmdc::make_private(core.config().bot_name, nick, nick, text)
                                   : nmdc::make_chat(nick, text);
  typed.pop_back();  // the '|'
  return user->inject(std::move(typed));
}

Result<Value> stop_hub(HubCore& core, const VhArgs& args) {
  constexpr std::int64_t kMostCode = 255;
  const auto code = args.number(0);
  if (code < 0 || code > kMostCode) {
    return false;
  }
  const auto delay =
      std::chrono::milliseconds(std::clamp<std::int64_t>(args.number(1), 0, 86'400'000));
  if (delay.count() == 0) {
    core.stop(static_cast<int>(code));
  } else {
    core.stop_at(core.now() + delay, static_cast<int>(code));
  }
  return true;
}

}  // namespace hookline::hub
