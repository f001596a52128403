#include "hub/commands/accounts.h"

#include <utility>

#include "hookline/future.h"
#include "hub/nmdc/nmdc.h"

namespace hookline::hub {

bool Accounts::can_register(const NewAccount& account) const {
  return nmdc::is_valid_nick(account.nick, config_.max_nick_bytes) &&
         !roster_.is_bot(account.nick) && Registrations::is_class(account.user_class) &&
         registrations_.find(account.nick) == nullptr;
}

Future<Value> Accounts::register_user(NewAccount account) {
  if (!can_register(account)) {
    return make_ready_future<Value>(false);
  }
  Registration user{.nick = std::move(account.nick),
                    .user_class = static_cast<int>(account.user_class),
                    .secret = {},
                    .is_from_config = false,
                    .op = std::move(account.op),
                    .registered_at = clock_.now()};
  if (account.password.empty()) {
    return registrations_.add(std::move(user));
  }
  return passwords_.hash(std::move(account.password))
      .then(scripts_.host().host_executor(),
            [this, user = std::move(user)](Result<std::string> hash) mutable -> Future<Value> {
              if (!hash) {
                return make_ready_future<Value>(std::unexpected(std::move(hash.error())));
              }
              user.secret = *std::move(hash);
              return registrations_.add(std::move(user));
            });
}

Future<Value> Accounts::change_password(std::string nick, std::string password) {
  return passwords_.hash(std::move(password))
      .then(scripts_.host().host_executor(),
            [this, nick = std::move(nick)](Result<std::string> hash) -> Future<Value> {
              if (!hash) {
                return make_ready_future<Value>(std::unexpected(std::move(hash.error())));
              }
              return registrations_.set_secret(nick, *std::move(hash));
            });
}

}  // namespace hookline::hub
