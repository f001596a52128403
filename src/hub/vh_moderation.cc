#include "hub/vh_moderation.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "hub/hub_core.h"
#include "hub/nmdc.h"
#include "hub/session.h"

namespace hookline {

Result<Value> close_connection(HubCore& core, const VhArgs& args) {
  auto* user = core.roster().find(args.text(0));
  if (user == nullptr) {
    return false;
  }
  const auto reason = static_cast<CloseReason>(args.number(1));
  const auto delay =
      std::chrono::milliseconds(std::clamp<std::int64_t>(args.number(2), 0, 86'400'000));
  if (delay.count() == 0) {
    user->disconnect(reason);
    return true;
  }
  // Whoever has the nick by then may be somebody else.
  core.delays().add(core.now() + delay, [weak = user->weak_from_this(), reason] {
    if (const auto session = weak.lock()) {
      session->disconnect(reason);
    }
  });
  return true;
}

Future<Value> kick_user(HubCore& core, const VhArgs& args) {
  auto* victim = core.roster().find(args.text(1));
  if (victim == nullptr) {
    return make_ready_future<Value>(false);
  }
  const auto& op_chat = core.config().op_chat_name;
  if (args.has(5)) {
    victim->say_privately(args.text(5));
  }
  auto kicked = core.kick(*victim, {.nick = {},
                                    .ip = {},
                                    .op = std::string(args.text(0)),
                                    .reason = std::string(args.text(2)),
                                    .note_op = std::string(args.text(4)),
                                    .note_usr = std::string(args.text(5))});
  if (args.has(4)) {
    for (auto* user : core.roster().online()) {
      if (user->is_operator()) {
        user->send(
            nmdc::make_private(user->nick(), op_chat, op_chat, nmdc::escape_text(args.text(4))));
      }
    }
  }
  return kicked;
}

}  // namespace hookline
