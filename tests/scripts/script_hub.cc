#include "script_hub.h"

#include <algorithm>
#include <array>

namespace hookline::test {

using namespace detail;
using verlihub::Vh;

namespace {

// These questions are about one user, who is their first argument.
constexpr auto kAboutUsers =
    std::to_array<std::string_view>({"GetUserClass", "GetUserIP", "GetMyINFO"});

}  // namespace

std::string ScriptHub::Request::text(std::size_t i) const {
  const auto* text = args.at(i).as<std::string>();
  return text == nullptr ? args.at(i).repr() : *text;
}

Value ScriptHub::answer_about(const User* user, std::string_view nick,
                              std::string_view function) const {
  if (function == "GetUserClass") {
    return user == nullptr ? -2 : user->user_class;
  }
  if (function == "GetUserIP") {
    return user == nullptr ? std::string() : user->ip;
  }
  return user == nullptr ? Value() : Value(Tuple{{nick, "", "<t V:1>", "", "", user->share}});
}

Result<Value> ScriptHub::call(Vh function, std::span<const Value> args, const Caller& /*caller*/) {
  const std::scoped_lock lock(mutex_);
  const std::string_view name = verlihub::vh_row(function).name;
  if (std::ranges::find(kAboutUsers, name) != kAboutUsers.end()) {
    const auto& nick = *args[0].as<std::string>();
    const auto found = users_.find(nick);
    return answer_about(found == users_.end() ? nullptr : &found->second, nick, name);
  }
  switch (function) {
    case Vh::kGetConfig: {
      const auto found = settings_.find({*args[0].as<std::string>(), *args[1].as<std::string>()});
      return found == settings_.end() ? args[2] : Value(found->second);
    }
    case Vh::kGetUsersCount:
      return users_.size();
    case Vh::kGetTotalShareSize:
      return "5000";
    case Vh::kGetBotList:
      return List{"HubBot"};
    case Vh::kGetNickList: {
      List nicks{"HubBot"};
      for (const auto& [nick, user] : users_) {
        nicks.emplace_back(nick);
      }
      return nicks;
    }
    default:
      break;
  }
  requests_.push_back({name, {args.begin(), args.end()}});
  const auto answer = answers_.find(name);
  return answer == answers_.end() ? Value(true) : answer->second;
}

void ScriptHub::set(std::string_view conf, std::string_view name, std::string_view value) {
  const std::scoped_lock lock(mutex_);
  settings_[{std::string(conf), std::string(name)}] = value;
}

void ScriptHub::add_user(const std::string& nick, User user) {
  const std::scoped_lock lock(mutex_);
  users_[nick] = std::move(user);
}

void ScriptHub::remove_user(const std::string& nick) {
  const std::scoped_lock lock(mutex_);
  users_.erase(nick);
}

int ScriptHub::class_of(const std::string& nick) const {
  const std::scoped_lock lock(mutex_);
  const auto found = users_.find(nick);
  return found == users_.end() ? -2 : found->second.user_class;
}

void ScriptHub::answer(std::string_view function, Value answer) {
  const std::scoped_lock lock(mutex_);
  answers_[std::string(function)] = std::move(answer);
}

std::vector<ScriptHub::Request> ScriptHub::take_requests() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(requests_, {});
}

}  // namespace hookline::test
