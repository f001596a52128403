#include "hub/vh/vh_moderation.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"
#include "hub/session/session.h"

namespace hookline::hub {

Result<Value> VhModeration::close_connection(const VhArgs& args) {
  constexpr auto kLastReason = static_cast<std::int64_t>(CloseReason::kNoRedirect);
  auto* user = roster_.find(args.text(0));
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
    user->disconnect_at(clock_.now() + delay, reason);
  }
  return true;
}

Future<Value> VhModeration::kick_user(const VhArgs& args) {
  auto* victim = roster_.find(args.text(1));
  if (victim == nullptr) {
    return make_ready_future<Value>(false);
  }
  return moderation_.kick_for(args.caller(), *victim,
                              {.nick = {},
                               .ip = {},
                               .op = std::string(args.text(0)),
                               .reason = std::string(args.text(2)),
                               .note_op = std::string(args.text(4)),
                               .note_usr = std::string(args.text(5))});
}

Future<Value> VhModeration::ban(const VhArgs& args) {
  auto ban = moderation_.make_ban(
      {.op = args.text(0), .target = args.text(1), .reason = args.text(2), .type = args.number(4)});
  if (!ban) {
    return make_ready_future<Value>(false);
  }
  const List told{ban->op, ban->address, ban->nick, ban->reason};
  return others_.if_others_allow(args.caller(), verlihub::kOnNewBan, told,
                                 [this, ban = *std::move(ban), seconds = args.number(3)]() mutable {
                                   return moderation_.put_ban(std::move(ban), seconds);
                                 });
}

Future<Value> VhModeration::del_nick_temp_ban(const VhArgs& args) {
  return bans_.remove_temporary_nick(args.text(0));
}

Future<Value> VhModeration::del_ip_temp_ban(const VhArgs& args) {
  return bans_.remove_temporary_ip(args.text(0));
}

Future<Value> VhModeration::user_restrictions(const VhArgs& args) {
  return restrictions_.change(args.text(0),
                              {args.text(1), args.text(2), args.text(3), args.text(4)});
}

}  // namespace hookline::hub
