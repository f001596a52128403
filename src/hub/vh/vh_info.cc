#include "hub/vh/vh_info.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "hub/session/hub_core.h"
#include "hub/session/session.h"
#include "hub/users/user_info.h"

namespace hookline::hub {
namespace {

// A user or a script's bot who has said something of itself; nullptr if there is none.
UserPtr find_known(HubCore& core, std::string_view nick) {
  UserPtr user;
  if (const auto* session = core.roster().find(nick)) {
    user = session->user();
  } else if (core.bots().has(nick)) {
    user = core.roster().find_bot(nick);
  }
  return user == nullptr || user->my_info.empty() ? nullptr : user;
}

void show(HubCore& core, UserPtr user) {
  if (auto* session = core.roster().find(user->nick)) {
    session->set_info(std::move(user));
    return;
  }
  core.roster().put_bot(user);
  core.roster().broadcast(user->my_info);
}

Result<Value> change_flags(HubCore& core, const VhArgs& args, bool is_set) {
  const auto user = find_known(core, args.text(0));
  const auto flag = args.number(1);
  if (user == nullptr || flag < 1 || flag > 0xff) {
    return false;
  }
  const auto bits = static_cast<unsigned>(flag);
  auto changed = with_flags(*user, is_set ? bits : 0, is_set ? 0 : bits);
  if (changed == nullptr) {
    return false;
  }
  show(core, std::move(changed));
  return true;
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

}  // namespace

Result<Value> set_my_info(HubCore& core, const VhArgs& args) {
  const auto user = find_known(core, args.text(0));
  if (user == nullptr) {
    return false;
  }
  Replacement replacement;
  for (std::size_t i = 0; i < Replacement::kMaxParts; ++i) {
    if (args.has(i + 1)) {
      replacement.parts.at(i) = args.text(i + 1);
    }
  }
  auto changed = with_info(*user, replaced_info(info_of(*user), replacement));
  if (changed == nullptr) {
    return false;
  }
  show(core, std::move(changed));
  return true;
}

Result<Value> set_my_info_flag(HubCore& core, const VhArgs& args) {
  return change_flags(core, args, true);
}

Result<Value> unset_my_info_flag(HubCore& core, const VhArgs& args) {
  return change_flags(core, args, false);
}

Result<Value> set_user_ip(HubCore& core, const VhArgs& args) {
  auto* session = core.roster().find(args.text(0));
  if (session == nullptr || !is_address(std::string(args.text(1)))) {
    return false;
  }
  session->set_ip(args.text(1));
  return true;
}

}  // namespace hookline::hub
