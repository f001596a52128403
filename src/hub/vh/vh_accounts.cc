#include "hub/vh/vh_accounts.h"

#include <utility>

#include "hookline/future.h"
#include "hub/session/hub_core.h"
#include "hub/users/accounts.h"
#include "hub/users/ban_users.h"
#include "hub/vh/vh_decision.h"

namespace hookline::hub {

Future<Value> add_reg_user(HubCore& core, const VhArgs& args) {
  NewAccount account{.nick = std::string(args.text(0)),
                     .user_class = args.number(1),
                     .password = std::string(args.text(2)),
                     .op = args.text_or(3, core.config().bot_name)};
  if (!can_register(core, account)) {
    return make_ready_future<Value>(false);
  }
  const List told{account.op, account.nick, account.user_class};
  return if_others_allow(core, args.caller(), Hook::kOnNewReg, told,
                         [&core, account = std::move(account)]() mutable {
                           return register_user(core, std::move(account));
                         });
}

Future<Value> del_reg_user(HubCore& core, const VhArgs& args) {
  return core.state().registrations().remove(args.text(0));
}

Future<Value> set_reg_class(HubCore& core, const VhArgs& args) {
  return core.state().registrations().set_class(args.text(0), args.number(1));
}

Future<Value> ban(HubCore& core, const VhArgs& args) {
  auto ban = make_ban(
      core,
      {.op = args.text(0), .target = args.text(1), .reason = args.text(2), .type = args.number(4)});
  if (!ban) {
    return make_ready_future<Value>(false);
  }
  const List told{ban->op, ban->address, ban->nick, ban->reason};
  return if_others_allow(core, args.caller(), Hook::kOnNewBan, told,
                         [&core, ban = *std::move(ban), seconds = args.number(3)]() mutable {
                           return put_ban(core, std::move(ban), seconds);
                         });
}

Future<Value> del_nick_temp_ban(HubCore& core, const VhArgs& args) {
  return core.state().bans().remove_temporary_nick(args.text(0));
}

Future<Value> del_ip_temp_ban(HubCore& core, const VhArgs& args) {
  return core.state().bans().remove_temporary_ip(args.text(0));
}

Future<Value> user_restrictions(HubCore& core, const VhArgs& args) {
  return core.state().restrictions().change(
      args.text(0), {args.text(1), args.text(2), args.text(3), args.text(4)});
}

}  // namespace hookline::hub
