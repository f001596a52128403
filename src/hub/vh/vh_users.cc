#include "hub/vh/vh_users.h"

#include <string>
#include <string_view>
#include <vector>

#include "hub/config/config.h"
#include "hub/nmdc/nmdc.h"

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

// Returns one field of a user; "" if there is no such user.
Value text_of(const UserDirectory& directory, std::string_view nick, std::string User::* member) {
  const auto users = directory.read();
  const User* const user = users->find(nick);
  return user == nullptr ? std::string() : user->*member;
}

}  // namespace

Result<Value> VhUsers::get_my_info(const VhArgs& args) const {
  const auto users = directory_.read();
  const User* const user = users->find(args.text(0));
  if (user == nullptr || user->my_info.empty()) {
    return nullptr;
  }
  return Tuple{{user->nick, user->desc, user->tag, user->speed, user->mail, user->size}};
}

Result<Value> VhUsers::get_user_class(const VhArgs& args) const {
  const auto users = directory_.read();
  const User* const user = users->find(args.text(0));
  return user == nullptr ? -2 : user->user_class;
}

Result<Value> VhUsers::get_user_ip(const VhArgs& args) const {
  return text_of(directory_, args.text(0), &User::ip);
}

Result<Value> VhUsers::get_user_host(const VhArgs& args) const {
  const auto users = directory_.read();
  const User* const user = users->find(args.text(0));
  if (user == nullptr) {
    return std::string();
  }
  return user->host.empty() ? user->ip : user->host;
}

Result<Value> VhUsers::get_user_hub_url(const VhArgs& args) const {
  return text_of(directory_, args.text(0), &User::hub_url);
}

Result<Value> VhUsers::get_user_ext_json(const VhArgs& args) const {
  return text_of(directory_, args.text(0), &User::ext_json);
}

Result<Value> VhUsers::get_nick_list(const VhArgs& /*args*/) const {
  return nicks_of(directory_, &is_anybody);
}

Result<Value> VhUsers::get_op_list(const VhArgs& /*args*/) const {
  return nicks_of(directory_, &is_operator);
}

Result<Value> VhUsers::get_bot_list(const VhArgs& /*args*/) const {
  return nicks_of(directory_, &is_bot);
}

Result<Value> VhUsers::get_raw_nick_list(const VhArgs& /*args*/) const {
  return raw_list(directory_, "$NickList", &is_anybody);
}

Result<Value> VhUsers::get_raw_op_list(const VhArgs& /*args*/) const {
  return raw_list(directory_, "$OpList", &is_operator);
}

Result<Value> VhUsers::get_raw_bot_list(const VhArgs& /*args*/) const {
  return raw_list(directory_, "$BotList", &is_bot);
}

Result<Value> VhUsers::get_users_count(const VhArgs& /*args*/) const {
  return directory_.read()->user_count();
}

Result<Value> VhUsers::get_total_share_size(const VhArgs& /*args*/) const {
  return std::to_string(directory_.read()->share_bytes());
}

}  // namespace hookline::hub
