// The functions of `vh` that read what is known about users.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "hub/config/config.h"
#include "hub/nmdc/nmdc.h"
#include "hub/vh/vh_entry.h"

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

const std::string& host_of(const User& user) { return user.host.empty() ? user.ip : user.host; }

constexpr auto kUserFunctions = std::to_array<VhEntry>({
    {Vh::kGetMyINFO,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       const auto users = hub.directory.read();
       const User* const user = users->find(args.text(0));
       if (user == nullptr || user->my_info.empty()) {
         return nullptr;
       }
       return Tuple{{user->nick, user->desc, user->tag, user->speed, user->mail, user->size}};
     }},
    {Vh::kGetUserClass,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       const auto users = hub.directory.read();
       const User* const user = users->find(args.text(0));
       return user == nullptr ? -2 : user->user_class;
     }},
    {Vh::kGetUserIP,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       return text_of(hub.directory, args.text(0), &User::ip);
     }},
    {Vh::kGetUserHost,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       const auto users = hub.directory.read();
       const User* const user = users->find(args.text(0));
       return user == nullptr ? std::string() : host_of(*user);
     }},
    {Vh::kGetUserHubURL,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       return text_of(hub.directory, args.text(0), &User::hub_url);
     }},
    {Vh::kGetUserExtJSON,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       return text_of(hub.directory, args.text(0), &User::ext_json);
     }},
    {Vh::kGetNickList,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return nicks_of(hub.directory, &is_anybody);
     }},
    {Vh::kGetOpList,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return nicks_of(hub.directory, &is_operator);
     }},
    {Vh::kGetBotList,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return nicks_of(hub.directory, &is_bot);
     }},
    {Vh::kGetRawNickList,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return raw_list(hub.directory, "$NickList", &is_anybody);
     }},
    {Vh::kGetRawOpList,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return raw_list(hub.directory, "$OpList", &is_operator);
     }},
    {Vh::kGetRawBotList,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return raw_list(hub.directory, "$BotList", &is_bot);
     }},
    {Vh::kGetUsersCount,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return hub.directory.read()->user_count();
     }},
    {Vh::kGetTotalShareSize,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return std::to_string(hub.directory.read()->share_bytes());
     }},
});

}  // namespace

std::span<const VhEntry> vh_users() noexcept { return kUserFunctions; }

}  // namespace hookline::hub
