#include "hub/session/moderation.h"

#include <chrono>
#include <utility>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"
#include "hub/session/session.h"

namespace hookline::hub {
namespace {

constexpr std::int64_t kLastType = static_cast<std::int64_t>(BanType::kHostR1);

std::string because(std::string_view reason) {
  return reason.empty() ? std::string(".") : ": " + std::string(reason);
}

// Fills in what the ban matches. Returns false if the target does not fit the type.
bool set_target(Ban& ban, std::string_view target, const Session* user) {
  switch (ban.type) {
    case BanType::kNick:
    case BanType::kPrefix:
      ban.nick = target;
      return !target.empty();
    case BanType::kShare:
      ban.nick = user != nullptr ? user->user()->size : std::string(target);
      return !ban.nick.empty();
    case BanType::kNickIp:
      ban.nick = target;
      ban.address = user != nullptr ? user->ip() : std::string();
      return user != nullptr;
    case BanType::kRange:
      ban.address = user != nullptr ? IpRange::around(user->ip()) : std::string(target);
      return IpRange::parse(ban.address).has_value();
    case BanType::kIp:
    case BanType::kHost1:
    case BanType::kHost2:
    case BanType::kHost3:
    case BanType::kHostR1:
      ban.address = user != nullptr ? user->ip() : std::string(target);
      return IpRange::parse_address(ban.address).has_value();
  }
  return false;
}

}  // namespace

// Returns the session if it still has its nick, or else nullptr.
std::shared_ptr<Session> Moderation::still_online(const std::weak_ptr<Session>& weak) const {
  auto session = weak.lock();
  const bool has_nick = session != nullptr && roster_.find(session->nick()) == session.get();
  return has_nick ? session : nullptr;
}

Future<Value> Moderation::ban_for_a_while(const Kick& kick) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(config_.kick_ban).count();
  if (seconds == 0 || kick.nick.empty()) {
    return make_ready_future<Value>(true);
  }
  Ban ban;
  ban.nick = kick.nick;
  ban.op = kick.op;
  ban.reason = kick.reason;
  return bans_.add(std::move(ban), seconds);
}

Future<Value> Moderation::kick_now(Session& victim, const Kick& kick) {
  const auto why = because(kick.reason);
  if (!kick.note_usr.empty()) {
    victim.say_privately(kick.note_usr);
  }
  announcer_.announce(kick.nick + " was kicked by " + kick.op + why);
  victim.disconnect(CloseReason::kKicked, "You were kicked by " + kick.op + why);
  bans_.record(kick);
  if (!kick.note_op.empty()) {
    announcer_.tell_operators(config_.op_chat_name, kick.note_op);
  }
  return ban_for_a_while(kick);
}

void Moderation::kick_by(Session& op, Session& victim, std::string_view reason) {
  const Kick kick{.nick = victim.nick(),
                  .ip = victim.ip(),
                  .op = op.nick(),
                  .reason = std::string(reason),
                  .note_op = {},
                  .note_usr = {}};
  op.commands().if_allowed(verlihub::kOnOperatorKicks, {kick.op, kick.nick, kick.reason},
                           [this, weak = victim.weak_from_this(), kick] {
                             if (const auto session = still_online(weak)) {
                               static_cast<void>(kick_now(*session, kick));
                             }
                           });
}

void Moderation::drop_by(Session& op, Session& victim, std::string_view reason) {
  const auto drop = [this, weak = victim.weak_from_this(), by = op.nick(),
                     why = std::string(reason)] {
    if (const auto session = still_online(weak)) {
      session->disconnect(CloseReason::kKicked, "You were disconnected by " + by + because(why));
    }
  };
  op.commands().if_allowed(verlihub::kOnOperatorDrops, {op.nick(), victim.nick()},
                           [&op, nick = victim.nick(), why = std::string(reason), drop] {
                             op.commands().if_allowed(verlihub::kOnOperatorDropsWithReason,
                                                      {op.nick(), nick, why}, drop);
                           });
}

Future<Value> Moderation::kick_for(const Caller& script, Session& victim, Kick kick) {
  kick.nick = victim.nick();
  kick.ip = victim.ip();
  const List args{kick.op, kick.nick, kick.reason};
  return others_.if_others_allow(
      script, verlihub::kOnOperatorKicks, args,
      [this, weak = victim.weak_from_this(), kick = std::move(kick)]() -> Future<Value> {
        const auto session = still_online(weak);
        return session != nullptr ? kick_now(*session, kick) : make_ready_future<Value>(false);
      });
}

std::optional<Ban> Moderation::make_ban(const NewBan& wanted) const {
  if (wanted.type < 0 || wanted.type > kLastType) {
    return std::nullopt;
  }
  Ban ban;
  ban.type = static_cast<BanType>(wanted.type);
  ban.op = wanted.op;
  ban.reason = wanted.reason;
  return set_target(ban, wanted.target, roster_.find(wanted.target)) ? std::optional(std::move(ban))
                                                                     : std::nullopt;
}

Future<Value> Moderation::put_ban(Ban ban, std::int64_t seconds) {
  auto written = bans_.add(std::move(ban), seconds);
  enforce_bans();
  return written;
}

void Moderation::enforce_bans() {
  const auto online = roster_.online();  // a copy, because a disconnected user leaves the list
  for (auto* session : online) {
    const auto& user = *session->user();
    const auto* ban = bans_.find({.nick = user.nick, .ip = session->ip(), .share = user.size});
    // An operator who bans his own address range must be able to take that back.
    if (ban != nullptr && (ban->type == BanType::kNick || !session->is_operator())) {
      session->disconnect(CloseReason::kKicked, ban_notice(*ban));
    }
  }
}

}  // namespace hookline::hub
