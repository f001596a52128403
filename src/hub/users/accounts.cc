#include "hub/users/accounts.h"

#include <utility>

#include "hookline/future.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/hub_core.h"

namespace hookline::hub {
bool can_register(HubCore& core, const NewAccount& account) {
  return nmdc::is_valid_nick(account.nick, core.config().max_nick_bytes) &&
         !core.roster().is_bot(account.nick) && Registrations::is_class(account.user_class) &&
         core.state().registrations().find(account.nick) == nullptr;
}

Future<Value> register_user(HubCore& core, NewAccount account) {
  auto& state = core.state();
  if (!can_register(core, account)) {
    return make_ready_future<Value>(false);
  }
  Registration user{.nick = std::move(account.nick),
                    .user_class = static_cast<int>(account.user_class),
                    .secret = {},
                    .is_from_config = false,
                    .op = std::move(account.op),
                    .registered_at = state.clock().now()};
  if (account.password.empty()) {
    return state.registrations().add(std::move(user));
  }
  return state.passwords()
      .hash(std::move(account.password))
      .then(core.scripts().host_executor(),
            [&core, user = std::move(user)](Result<std::string> hash) mutable -> Future<Value> {
              if (!hash) {
                return make_ready_future<Value>(std::unexpected(std::move(hash.error())));
              }
              user.secret = *std::move(hash);
              return core.state().registrations().add(std::move(user));
            });
}

Future<Value> change_password(HubCore& core, std::string nick, std::string password) {
  return core.state()
      .passwords()
      .hash(std::move(password))
      .then(core.scripts().host_executor(),
            [&core, nick = std::move(nick)](Result<std::string> hash) -> Future<Value> {
              if (!hash) {
                return make_ready_future<Value>(std::unexpected(std::move(hash.error())));
              }
              return core.state().registrations().set_secret(nick, *std::move(hash));
            });
}

}  // namespace hookline::hub
