#include "hub/vh/vh_moderation.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "hookline/future.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"
#include "hub/users/send_away.h"

namespace hookline::hub {

Result<Value> close_connection(HubCore& core, const VhArgs& args) {
  constexpr auto kLastReason = static_cast<std::int64_t>(CloseReason::kNoRedirect);
  auto* user = core.roster().find(args.text(0));
  const auto number = args.number(1);
  if (user == nullptr || number < 0 || number > kLastReason) {
    return false;
  }
  const auto reason = static_cast<CloseReason>(number);
  const auto delay =
      std::chrono::milliseconds(std::clamp<std::int64_t>(args.number(2), 0, 86'400'000));
  if (delay.count() == 0) {
    user->disconnect(reason);
  } else {
    user->disconnect_at(core.now() + delay, reason);
  }
  return true;
}

Future<Value> kick_user(HubCore& core, const VhArgs& args) {
  auto* victim = core.roster().find(args.text(1));
  if (victim == nullptr) {
    return make_ready_future<Value>(false);
  }
  return kick_for(core, args.caller(), *victim,
                  {.nick = {},
                   .ip = {},
                   .op = std::string(args.text(0)),
                   .reason = std::string(args.text(2)),
                   .note_op = std::string(args.text(4)),
                   .note_usr = std::string(args.text(5))});
}

}  // namespace hookline::hub
