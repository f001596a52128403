#include "hub/users/send_away.h"

#include <chrono>
#include <memory>
#include <utility>

#include "hookline/future.h"
#include "hookline/host.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"
#include "hub/vh/vh_decision.h"
#include "hub/vh/vh_sends.h"

namespace hookline::hub {
namespace {

std::string because(std::string_view reason) {
  return reason.empty() ? std::string(".") : ": " + std::string(reason);
}

// The session, if it is still the one of its nick.
std::shared_ptr<Session> still_there(HubCore& core, const std::weak_ptr<Session>& weak) {
  auto session = weak.lock();
  const bool is_there = session != nullptr && core.roster().find(session->nick()) == session.get();
  return is_there ? session : nullptr;
}

Future<Value> ban_for_a_while(HubCore& core, const Kick& kick) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(core.config().kick_ban).count();
  if (seconds == 0 || kick.nick.empty()) {
    return make_ready_future<Value>(true);
  }
  Ban ban;
  ban.nick = kick.nick;
  ban.op = kick.op;
  ban.reason = kick.reason;
  return core.state().bans().add(std::move(ban), seconds);
}

Future<Value> kick_now(HubCore& core, Session& victim, const Kick& kick) {
  const auto why = because(kick.reason);
  if (!kick.note_usr.empty()) {
    victim.say_privately(kick.note_usr);
  }
  core.announce(kick.nick + " was kicked by " + kick.op + why);
  victim.disconnect(CloseReason::kKicked, "You were kicked by " + kick.op + why);
  core.state().bans().record(kick);
  if (!kick.note_op.empty()) {
    tell_operators(core, core.config().op_chat_name, kick.note_op);
  }
  return ban_for_a_while(core, kick);
}

void drop_now(HubCore& core, const std::weak_ptr<Session>& weak, const std::string& op,
              std::string_view reason) {
  if (const auto victim = still_there(core, weak)) {
    victim->disconnect(CloseReason::kKicked, "You were disconnected by " + op + because(reason));
  }
}

}  // namespace

void kick_by(HubCore& core, Session& op, Session& victim, std::string_view reason) {
  const Kick kick{.nick = victim.nick(),
                  .ip = victim.ip(),
                  .op = op.nick(),
                  .reason = std::string(reason),
                  .note_op = {},
                  .note_usr = {}};
  op.if_allowed(Hook::kOnOperatorKicks, {kick.op, kick.nick, kick.reason},
                [&core, weak = victim.weak_from_this(), kick] {
                  if (const auto session = still_there(core, weak)) {
                    static_cast<void>(kick_now(core, *session, kick));
                  }
                });
}

void drop_by(HubCore& core, Session& op, Session& victim, std::string_view reason) {
  const auto drop = [&core, weak = victim.weak_from_this(), by = op.nick(),
                     why = std::string(reason)] { drop_now(core, weak, by, why); };
  op.if_allowed(Hook::kOnOperatorDrops, {op.nick(), victim.nick()},
                [&op, nick = victim.nick(), why = std::string(reason), drop] {
                  op.if_allowed(Hook::kOnOperatorDropsWithReason, {op.nick(), nick, why}, drop);
                });
}

Future<Value> kick_for(HubCore& core, const Caller& script, Session& victim, Kick kick) {
  kick.nick = victim.nick();
  kick.ip = victim.ip();
  const List args{kick.op, kick.nick, kick.reason};
  return if_others_allow(
      core, script, Hook::kOnOperatorKicks, args,
      [&core, weak = victim.weak_from_this(), kick = std::move(kick)]() -> Future<Value> {
        const auto session = still_there(core, weak);
        return session != nullptr ? kick_now(core, *session, kick)
                                  : make_ready_future<Value>(false);
      });
}

}  // namespace hookline::hub
