#include "hub/vh_users.h"

#include <string>

#include "hub/hub_core.h"

namespace hookline {

namespace {

template <class Wanted>
Value nicks_of(const UserDirectory& directory, Wanted wanted) {
  List nicks;
  directory.read()->for_each_listed([&](const User& user) {
    if (wanted(user)) {
      nicks.emplace_back(user.nick);
    }
  });
  return nicks;
}

}  // namespace

Result<Value> get_my_info(HubCore& core, const VhArgs& args) {
  const auto directory = core.directory().read();
  const User* const user = directory->find(args.text(0));
  if (user == nullptr || user->my_info.empty()) {
    return nullptr;
  }
  return Tuple{{user->nick, user->desc, user->tag, user->speed, user->mail, user->size}};
}

Result<Value> get_user_class(HubCore& core, const VhArgs& args) {
  const auto directory = core.directory().read();
  const User* const user = directory->find(args.text(0));
  return user == nullptr ? -2 : user->user_class;
}

Result<Value> get_user_ip(HubCore& core, const VhArgs& args) {
  const auto directory = core.directory().read();
  const User* const user = directory->find(args.text(0));
  return user == nullptr ? std::string() : user->ip;
}

Result<Value> get_nick_list(HubCore& core, const VhArgs& /*args*/) {
  return nicks_of(core.directory(), [](const User&) { return true; });
}

Result<Value> get_op_list(HubCore& core, const VhArgs& /*args*/) {
  return nicks_of(core.directory(),
                  [](const User& user) { return user.user_class >= kClassOperator; });
}

Result<Value> get_bot_list(HubCore& core, const VhArgs& /*args*/) {
  return nicks_of(core.directory(), [](const User& user) { return user.is_bot; });
}

Result<Value> get_users_count(HubCore& core, const VhArgs& /*args*/) {
  return core.directory().read()->user_count();
}

Result<Value> get_total_share_size(HubCore& core, const VhArgs& /*args*/) {
  return std::to_string(core.directory().read()->share_bytes());
}

}  // namespace hookline
