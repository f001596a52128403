// The functions of `vh` that change what is known about users and bots.

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/verlihub/hooks.h"
#include "hub/session/session.h"
#include "hub/users/user_info.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

// Returns the user or script's bot with this nick; nullptr if there is none, or if it has no
// $MyINFO yet.
UserPtr find_known(const VhHub& hub, std::string_view nick) {
  UserPtr user;
  if (const auto* session = hub.roster.find(nick)) {
    user = session->user();
  } else if (hub.bots.has(nick)) {
    user = hub.roster.find_bot(nick);
  }
  return user == nullptr || user->my_info.empty() ? nullptr : user;
}

// Replaces the data of a user or a bot, and shows it to everybody. Returns whether there is any.
bool show(VhHub& hub, UserPtr user) {
  if (user == nullptr) {
    return false;
  }
  if (auto* session = hub.roster.find(user->nick)) {
    session->set_info(std::move(user));
    return true;
  }
  hub.roster.put_bot(user);
  hub.roster.broadcast(user->my_info);
  return true;
}

bool change_flags(VhHub& hub, const VhArgs& args, bool is_set) {
  const auto user = find_known(hub, args.text(0));
  const auto flag = args.number(1);
  if (user == nullptr || flag < 1 || flag > 0xff) {
    return false;
  }
  const auto bits = static_cast<unsigned>(flag);
  return show(hub, with_flags(*user, is_set ? bits : 0, is_set ? 0 : bits));
}

constexpr auto kInfoFunctions = std::to_array<VhEntry>({
    {Vh::kSetMyINFO,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       const auto user = find_known(hub, args.text(0));
       if (user == nullptr) {
         return false;
       }
       verlihub::Replacement replacement;
       for (std::size_t i = 0; i < verlihub::Replacement::kMaxParts; ++i) {
         if (args.has(i + 1)) {
           replacement.parts.at(i) = args.text(i + 1);
         }
       }
       return show(hub, with_info(*user, replaced_info(info_of(*user), replacement)));
     }},
    {Vh::kSetMyINFOFlag,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> { return change_flags(hub, args, true); }},
    {Vh::kUnsetMyINFOFlag,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return change_flags(hub, args, false);
     }},
    {Vh::kSetUserIP,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       auto* session = hub.roster.find(args.text(0));
       if (session == nullptr || !is_address(std::string(args.text(1)))) {
         return false;
       }
       session->set_ip(args.text(1));
       return true;
     }},
});

}  // namespace

std::span<const VhEntry> vh_info() noexcept { return kInfoFunctions; }

}  // namespace hookline::hub
