#include "hub/vh/vh_accounts.h"

#include <utility>

#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::hub {

Future<Value> VhAccounts::add_reg_user(const VhArgs& args) {
  NewAccount account{.nick = std::string(args.text(0)),
                     .user_class = args.number(1),
                     .password = std::string(args.text(2)),
                     .op = args.text_or(3, config_.bot_name)};
  if (!accounts_.can_register(account)) {
    return make_ready_future<Value>(false);
  }
  const List told{account.op, account.nick, account.user_class};
  return others_.if_others_allow(args.caller(), verlihub::kOnNewReg, told,
                                 [this, account = std::move(account)]() mutable {
                                   return accounts_.register_user(std::move(account));
                                 });
}

Future<Value> VhAccounts::del_reg_user(const VhArgs& args) {
  return registrations_.remove(args.text(0));
}

Future<Value> VhAccounts::set_reg_class(const VhArgs& args) {
  return registrations_.set_class(args.text(0), args.number(1));
}

}  // namespace hookline::hub
