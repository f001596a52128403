#include "hub/session/roster.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "hub/config/config.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/session.h"

namespace hookline::hub {

void Roster::put_bot(const UserPtr& bot) {
  bots_.insert_or_assign(bot->nick, bot);
  directory_.put(bot);
}

void Roster::remove_bot(std::string_view nick) {
  if (const auto found = bots_.find(nick); found != bots_.end()) {
    directory_.erase(nick);
    bots_.erase(found);
  }
}

UserPtr Roster::find_bot(std::string_view nick) const {
  const auto found = bots_.find(nick);
  return found == bots_.end() ? nullptr : found->second;
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

void Roster::announce(const User& newcomer) const {
  const auto hello = nmdc::make({"$Hello ", newcomer.nick});
  for (auto* session : online_) {
    if (!session->has(nmdc::kNoHello) && session->nick() != newcomer.nick) {
      session->send(hello);
    }
  }
  broadcast(newcomer.my_info);
  if (newcomer.user_class >= kClassOperator) {
    broadcast(op_list());
  }
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
    if (bot->user_class >= kClassOperator) {
      nicks.emplace_back(nick);
    }
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

}  // namespace hookline::hub
