#include "hub/vh/vh_users.h"

#include <string>
#include <string_view>
#include <vector>

#include "hub/nmdc/nmdc.h"
#include "hub/session/hub_core.h"

namespace hookline::hub {

namespace {

bool is_anybody(const User& /*user*/) { return true; }
bool is_operator(const User& user) { return user.user_class >= kClassOperator; }
bool is_bot(const User& user) { return user.is_bot; }

Value nicks_of(const UserDirectory& directory, bool (*wanted)(const User&)) {
  List nicks;
  directory.read()->for_each_listed([&](const User& user) {
    if (wanted(user)) {
      nicks.emplace_back(user.nick);
    }
  });
  return nicks;
}

Value raw_list(const UserDirectory& directory, std::string_view keyword,
               bool (*wanted)(const User&)) {
  const auto users = directory.read();
  std::vector<std::string_view> nicks;
  users->for_each_listed([&](const User& user) {
    if (wanted(user)) {
      nicks.emplace_back(user.nick);
    }
  });
  return nmdc::make_list(keyword, nicks);
}

// What is known of one user; "" if there is no such user.
Value text_of(const UserDirectory& directory, std::string_view nick, std::string User::* member) {
  const auto users = directory.read();
  const User* const user = users->find(nick);
  return user == nullptr ? std::string() : user->*member;
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
  return text_of(core.directory(), args.text(0), &User::ip);
}

Result<Value> get_user_host(HubCore& core, const VhArgs& args) {
  const auto directory = core.directory().read();
  const User* const user = directory->find(args.text(0));
  if (user == nullptr) {
    return std::string();
  }
  return user->host.empty() ? user->ip : user->host;
}

Result<Value> get_user_hub_url(HubCore& core, const VhArgs& args) {
  return text_of(core.directory(), args.text(0), &User::hub_url);
}

Result<Value> get_user_ext_json(HubCore& core, const VhArgs& args) {
  return text_of(core.directory(), args.text(0), &User::ext_json);
}

Result<Value> get_nick_list(HubCore& core, const VhArgs& /*args*/) {
  return nicks_of(core.directory(), &is_anybody);
}

Result<Value> get_op_list(HubCore& core, const VhArgs& /*args*/) {
  return nicks_of(core.directory(), &is_operator);
}

Result<Value> get_bot_list(HubCore& core, const VhArgs& /*args*/) {
  return nicks_of(core.directory(), &is_bot);
}

Result<Value> get_raw_nick_list(HubCore& core, const VhArgs& /*args*/) {
  return raw_list(core.directory(), "$NickList", &is_anybody);
}

Result<Value> get_raw_op_list(HubCore& core, const VhArgs& /*args*/) {
  return raw_list(core.directory(), "$OpList", &is_operator);
}

Result<Value> get_raw_bot_list(HubCore& core, const VhArgs& /*args*/) {
  return raw_list(core.directory(), "$BotList", &is_bot);
}

Result<Value> get_users_count(HubCore& core, const VhArgs& /*args*/) {
  return core.directory().read()->user_count();
}

Result<Value> get_total_share_size(HubCore& core, const VhArgs& /*args*/) {
  return std::to_string(core.directory().read()->share_bytes());
}

}  // namespace hookline::hub
