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

// Returns what the directory knows.
Dict facts_of(const User& user) {
  return {{{"nick", user.nick},
           {"class", user.user_class},
           {"is_bot", user.is_bot},
           {"is_active", user.is_active},
           {"ip", user.ip},
           {"host", host_of(user)},
           {"share", user.share_bytes},
           {"desc", user.desc},
           {"tag", user.tag},
           {"speed", user.speed},
           {"mail", user.mail},
           {"hub_url", user.hub_url},
           {"ext_json", user.ext_json}}};
}

constexpr auto kUserFunctions = std::to_array<VhEntry>({
    {VhRow{.group = VhGroup::kUsers,
           .name = "GetUser",
           .argument_kinds = "s",
           .argument_names = "nick",
           .returns = "dict[str, Any] | None",
           .help = "Returns all that the hub knows about a user or a bot, in one call.",
           .details =
               "Only hookline's own hub has this function; Verlihub's plugin does not. The "
               "keys are nick, class, is_bot, is_active, ip, host, cc (the country code, `--` "
               "if it is unknown), share (an int, in bytes), desc, tag, speed, mail, hub_url "
               "and ext_json. Texts that are not known are empty. Returns None if there is no "
               "such user.",
           .example = R"py(
user = vh.GetUser("ann")
if user is not None and user["share"] < 2**30:
    vh.pm(f"{user['nick']}, please share something.", "ann")
)py"},
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       Dict facts;
       std::string ip;
       {
         const auto users = hub.directory.read();
         const User* const user = users->find(args.text(0));
         if (user == nullptr) {
           return nullptr;
         }
         facts = facts_of(*user);
         ip = user->ip;
       }
       facts.items.emplace_back("cc", hub.place_of(ip, GeoField::kCountryCode));
       return facts;
     }},
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
