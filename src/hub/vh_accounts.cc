#include "hub/vh_accounts.h"

#include "hub/accounts.h"
#include "hub/ban_users.h"
#include "hub/hub_core.h"

namespace hookline {

Future<Value> add_reg_user(HubCore& core, const VhArgs& args) {
  return register_user(core, {.nick = std::string(args.text(0)),
                              .user_class = args.number(1),
                              .password = std::string(args.text(2)),
                              .op = args.text_or(3, core.config().bot_name)});
}

Future<Value> del_reg_user(HubCore& core, const VhArgs& args) {
  return core.state().registrations().remove(args.text(0));
}

Future<Value> set_reg_class(HubCore& core, const VhArgs& args) {
  return core.state().registrations().set_class(args.text(0), args.number(1));
}

Future<Value> ban(HubCore& core, const VhArgs& args) {
  return ban_users(core, {.op = args.text(0),
                          .target = args.text(1),
                          .reason = args.text(2),
                          .seconds = args.number(3),
                          .type = args.number(4)});
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

}  // namespace hookline
