#include "hub/roster.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "hub/config.h"
#include "hub/nmdc.h"
#include "hub/session.h"

namespace hookline {

void Roster::add_bot(std::string nick, std::string desc) {
  auto bot = std::make_shared<User>();
  bot->nick = std::move(nick);
  bot->desc = std::move(desc);
  bot->user_class = kClassMaster;
  bot->is_bot = true;
  bot->is_listed = true;
  bot->size = "0";
  nmdc::MyInfo info;
  info.nick = bot->nick;
  info.desc = bot->desc;
  info.size = bot->size;
  bot->my_info = nmdc::make_my_info(info);
  directory_.put(bot);
  bots_.emplace(bot->nick, bot);
}

void Roster::reserve(Session& session, const UserPtr& user) {
  by_nick_.emplace(user->nick, &session);
  directory_.put(user);
}

void Roster::enter(Session& session, const UserPtr& user) {
  directory_.put(user);
  online_.push_back(&session);
}

void Roster::remove(Session& session) {
  const auto found = by_nick_.find(session.nick());
  if (found == by_nick_.end() || found->second != &session) {
    return;
  }
  directory_.erase(session.nick());
  by_nick_.erase(found);
  std::erase(online_, &session);
}

Session* Roster::find(std::string_view nick) const {
  const auto found = by_nick_.find(nick);
  return found == by_nick_.end() ? nullptr : found->second;
}

Session* Roster::find_online(std::string_view nick) const {
  auto* session = find(nick);
  return session != nullptr && session->is_online() ? session : nullptr;
}

void Roster::broadcast(std::string_view line) const {
  for (auto* session : online_) {
    session->send(line);
  }
}

void Roster::broadcast(std::string_view line, std::int64_t min_class,
                       std::int64_t max_class) const {
  for (auto* session : online_) {
    if (session->user_class() >= min_class && session->user_class() <= max_class) {
      session->send(line);
    }
  }
}

void Roster::broadcast_except(const Session& one, std::string_view line) const {
  for (auto* session : online_) {
    if (session != &one) {
      session->send(line);
    }
  }
}

void Roster::to_operators(std::string_view line) const {
  broadcast(line, kClassOperator, kClassMaster);
}

std::string Roster::nick_list() const {
  std::vector<std::string_view> nicks;
  nicks.reserve(bots_.size() + online_.size());
  for (const auto& [nick, bot] : bots_) {
    nicks.emplace_back(nick);
  }
  for (const auto* session : online_) {
    nicks.emplace_back(session->nick());
  }
  return nmdc::make_list("$NickList", nicks);
}

std::string Roster::op_list() const {
  std::vector<std::string_view> nicks;
  nicks.reserve(bots_.size() + online_.size());
  for (const auto& [nick, bot] : bots_) {
    nicks.emplace_back(nick);
  }
  for (const auto* session : online_) {
    if (session->is_operator()) {
      nicks.emplace_back(session->nick());
    }
  }
  return nmdc::make_list("$OpList", nicks);
}

std::string Roster::all_my_infos() const {
  std::string out;
  for (const auto& [nick, bot] : bots_) {
    out += bot->my_info;
  }
  for (const auto* session : online_) {
    out += session->user()->my_info;
  }
  return out;
}

std::string Roster::all_ips() const {
  std::string out = "$UserIP ";
  for (const auto* session : online_) {
    out.append(session->nick()).append(" ").append(session->ip()).append("$$");
  }
  return out + "|";
}

}  // namespace hookline
