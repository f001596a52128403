#include "hub/vh/vh_info.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "hookline/verlihub/hooks.h"
#include "hub/session/session.h"
#include "hub/users/user_info.h"

namespace hookline::hub {
namespace {

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

}  // namespace

// Returns the user or script's bot with this nick; nullptr if there is none, or if it has no
// $MyINFO yet.
UserPtr VhInfo::find_known(std::string_view nick) const {
  UserPtr user;
  if (const auto* session = roster_.find(nick)) {
    user = session->user();
  } else if (bots_.has(nick)) {
    user = roster_.find_bot(nick);
  }
  return user == nullptr || user->my_info.empty() ? nullptr : user;
}

// Replaces the data of a user or a bot, and shows it to everybody.
void VhInfo::show(UserPtr user) {
  if (auto* session = roster_.find(user->nick)) {
    session->set_info(std::move(user));
    return;
  }
  roster_.put_bot(user);
  roster_.broadcast(user->my_info);
}

Result<Value> VhInfo::change_flags(const VhArgs& args, bool is_set) {
  const auto user = find_known(args.text(0));
  const auto flag = args.number(1);
  if (user == nullptr || flag < 1 || flag > 0xff) {
    return false;
  }
  const auto bits = static_cast<unsigned>(flag);
  auto changed = with_flags(*user, is_set ? bits : 0, is_set ? 0 : bits);
  if (changed == nullptr) {
    return false;
  }
  show(std::move(changed));
  return true;
}

Result<Value> VhInfo::set_my_info(const VhArgs& args) {
  const auto user = find_known(args.text(0));
  if (user == nullptr) {
    return false;
  }
  verlihub::Replacement replacement;
  for (std::size_t i = 0; i < verlihub::Replacement::kMaxParts; ++i) {
    if (args.has(i + 1)) {
      replacement.parts.at(i) = args.text(i + 1);
    }
  }
  auto changed = with_info(*user, replaced_info(info_of(*user), replacement));
  if (changed == nullptr) {
    return false;
  }
  show(std::move(changed));
  return true;
}

Result<Value> VhInfo::set_my_info_flag(const VhArgs& args) { return change_flags(args, true); }

Result<Value> VhInfo::unset_my_info_flag(const VhArgs& args) { return change_flags(args, false); }

Result<Value> VhInfo::set_user_ip(const VhArgs& args) {
  auto* session = roster_.find(args.text(0));
  if (session == nullptr || !is_address(std::string(args.text(1)))) {
    return false;
  }
  session->set_ip(args.text(1));
  return true;
}

}  // namespace hookline::hub
