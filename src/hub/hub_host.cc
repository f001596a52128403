#include "hub/hub_host.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "hub/nmdc.h"
#include "hub/session.h"

namespace hookline {

struct HubHost::Row {
  Vh function;
  Value (HubHost::*run)(const Args&);
};

std::span<const HubHost::Row> HubHost::rows() noexcept {
  static constexpr auto kRows = std::to_array<Row>({
      {Vh::kSendDataToUser, &HubHost::send_data_to_user},
      {Vh::kSendDataToAll, &HubHost::send_data_to_all},
      {Vh::kSendToOpChat, &HubHost::send_to_op_chat},
      {Vh::kSendPMToAll, &HubHost::send_pm_to_all},
      {Vh::kCloseConnection, &HubHost::close_connection},
      {Vh::kmc, &HubHost::mc},
      {Vh::kusermc, &HubHost::usermc},
      {Vh::kclassmc, &HubHost::classmc},
      {Vh::kpm, &HubHost::pm},
      {Vh::kKickUser, &HubHost::kick_user},
      {Vh::kSetConfig, &HubHost::set_config},
      {Vh::kTopic, &HubHost::topic},
      {Vh::kGetMyINFO, &HubHost::get_my_info},
      {Vh::kGetUserClass, &HubHost::get_user_class},
      {Vh::kGetUserIP, &HubHost::get_user_ip},
      {Vh::kGetUserHost, &HubHost::get_user_ip},  // names are not looked up
      {Vh::kGetNickList, &HubHost::get_nick_list},
      {Vh::kGetOpList, &HubHost::get_op_list},
      {Vh::kGetBotList, &HubHost::get_bot_list},
      {Vh::kGetUsersCount, &HubHost::get_users_count},
      {Vh::kGetTotalShareSize, &HubHost::get_total_share_size},
      {Vh::kGetConfig, &HubHost::get_config},
  });
  // The functions of the module that come after these are not there.
  static_assert(kRows.size() <= kVhFunctions.size());
  static_assert([] {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
      if (static_cast<std::size_t>(kRows[i].function) != i) {
        return false;
      }
    }
    return true;
  }());
  return kRows;
}

Result<Value> HubHost::run(Vh function, const Args& args) {
  const auto row = static_cast<std::size_t>(function);
  if (row >= rows().size()) {
    return no_such_function(function);
  }
  return (this->*rows()[row].run)(args);
}

Result<Value> HubHost::vh_call(Vh function, std::span<const Value> args, const Caller& caller) {
  return run(function, Args(args, caller));
}

Result<Value> HubHost::vh_read(Vh function, std::span<const std::string_view> texts,
                               const Caller& caller) {
  return run(function, Args(texts, caller));
}

bool HubHost::Args::has(std::size_t i) const {
  return i < texts_.size() || (i < values_.size() && !values_[i].is_none());
}

std::string_view HubHost::Args::text(std::size_t i) const {
  if (i < texts_.size()) {
    return texts_[i];
  }
  const auto* text = i < values_.size() ? values_[i].as<std::string>() : nullptr;
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::string HubHost::Args::text_or(std::size_t i, std::string_view fallback) const {
  return std::string(text(i).empty() ? fallback : text(i));
}

std::int64_t HubHost::Args::number(std::size_t i, std::int64_t fallback) const {
  const auto* number = values_[i].as<std::int64_t>();
  return number == nullptr ? fallback : *number;
}

namespace {

std::string complete(std::string_view data) {
  std::string out(data);
  if (!out.ends_with('|')) {
    out.push_back('|');
  }
  return out;
}

template <class Wanted>
Value nicks_of(const UserDirectory& directory, Wanted wanted) {
  List nicks;
  directory.read()->for_each_listed([&](const User& user) {
    if (wanted(user)) {
      nicks.emplace_back(user.nick);
    }
  });
  return nicks;
}

}  // namespace

std::string HubHost::chat_as(const Args& args, std::size_t nick_at) const {
  return nmdc::make_chat(nmdc::escape_text(args.text_or(nick_at, core_.config().bot_name)),
                         nmdc::escape_text(args.text(0)));
}

// The delay of the two raw sends says that they may wait to leave with what follows. They always
// do.
Value HubHost::send_data_to_user(const Args& args) {
  auto* user = core_.roster().find(args.text(1));
  if (user != nullptr) {
    user->send(complete(args.text(0)));
  }
  return user != nullptr;
}

Value HubHost::send_data_to_all(const Args& args) {
  core_.roster().broadcast(complete(args.text(0)), args.number(1), args.number(2));
  return true;
}

Value HubHost::send_to_op_chat(const Args& args) {
  const auto& op_chat = core_.config().op_chat_name;
  const auto shown = nmdc::escape_text(args.text_or(1, op_chat));
  const auto text = nmdc::escape_text(args.text(0));
  for (auto* user : core_.roster().online()) {
    if (user->is_operator()) {
      user->send(nmdc::make_private(user->nick(), op_chat, shown, text));
    }
  }
  return true;
}

Value HubHost::send_pm_to_all(const Args& args) {
  const auto from = nmdc::escape_text(args.text_or(1, core_.config().bot_name));
  const auto text = nmdc::escape_text(args.text(0));
  for (auto* user : core_.roster().online()) {
    if (user->user_class() >= args.number(2) && user->user_class() <= args.number(3)) {
      user->send(nmdc::make_private(user->nick(), from, from, text));
    }
  }
  return true;
}

Value HubHost::close_connection(const Args& args) {
  auto* user = core_.roster().find(args.text(0));
  if (user == nullptr) {
    return false;
  }
  const auto reason = static_cast<CloseReason>(args.number(1));
  const auto delay =
      std::chrono::milliseconds(std::clamp<std::int64_t>(args.number(2), 0, 86'400'000));
  if (delay.count() == 0) {
    user->disconnect(reason);
    return true;
  }
  // Whoever has the nick by then may be somebody else.
  core_.delays().add(core_.now() + delay, [weak = user->weak_from_this(), reason] {
    if (const auto session = weak.lock()) {
      session->disconnect(reason);
    }
  });
  return true;
}

Value HubHost::mc(const Args& args) {
  core_.roster().broadcast(chat_as(args, 1));
  return true;
}

Value HubHost::usermc(const Args& args) {
  auto* user = core_.roster().find(args.text(1));
  if (user != nullptr) {
    user->send(chat_as(args, 2));
  }
  return user != nullptr;
}

Value HubHost::classmc(const Args& args) {
  core_.roster().broadcast(chat_as(args, 3), args.number(1), args.number(2));
  return true;
}

Value HubHost::pm(const Args& args) {
  auto* user = core_.roster().find(args.text(1));
  if (user != nullptr) {
    const auto from = nmdc::escape_text(args.text_or(2, core_.config().bot_name));
    const auto shown = nmdc::escape_text(args.text_or(3, from));
    user->send(nmdc::make_private(user->nick(), from, shown, nmdc::escape_text(args.text(0))));
  }
  return user != nullptr;
}

Value HubHost::kick_user(const Args& args) {
  auto* victim = core_.roster().find(args.text(1));
  if (victim == nullptr) {
    return false;
  }
  const auto& op_chat = core_.config().op_chat_name;
  if (args.has(5)) {
    victim->say_privately(args.text(5));
  }
  core_.kick(*victim, args.text(0), args.text(2));
  if (args.has(4)) {
    for (auto* user : core_.roster().online()) {
      if (user->is_operator()) {
        user->send(
            nmdc::make_private(user->nick(), op_chat, op_chat, nmdc::escape_text(args.text(4))));
      }
    }
  }
  return true;
}

Value HubHost::set_config(const Args& args) {
  const auto conf = args.text(0);
  const auto name = args.text(1);
  const auto old_value = core_.settings().set(conf, name, args.text(2));
  if (!old_value) {
    spdlog::warn("{}: {}", args.caller().name, old_value.error().message);
    return false;
  }
  const bool is_own = conf == "config" || conf == Settings::kConfigName;
  if (is_own && name == "hub_name") {
    core_.roster().broadcast(nmdc::make({"$HubName ", args.text(2)}));
  } else if (is_own && (name == "topic" || name == "hub_topic")) {
    core_.roster().broadcast(nmdc::make({"$HubTopic ", args.text(2)}));
  }
  core_.post(Hook::kOnSetConfig, {args.caller().name, conf, name, args.text(2), *old_value, 0});
  return true;
}

Value HubHost::topic(const Args& args) {
  if (args.has(0)) {
    core_.set_topic(args.text(0));
  }
  return core_.settings().own("topic");
}

Value HubHost::get_my_info(const Args& args) {
  const auto directory = core_.directory().read();
  const User* const user = directory->find(args.text(0));
  if (user == nullptr || user->my_info.empty()) {
    return nullptr;
  }
  return Tuple{{user->nick, user->desc, user->tag, user->speed, user->mail, user->size}};
}

Value HubHost::get_user_class(const Args& args) {
  const auto directory = core_.directory().read();
  const User* const user = directory->find(args.text(0));
  return user == nullptr ? -2 : user->user_class;
}

Value HubHost::get_user_ip(const Args& args) {
  const auto directory = core_.directory().read();
  const User* const user = directory->find(args.text(0));
  return user == nullptr ? std::string() : user->ip;
}

Value HubHost::get_nick_list(const Args& /*args*/) {
  return nicks_of(core_.directory(), [](const User&) { return true; });
}

Value HubHost::get_op_list(const Args& /*args*/) {
  return nicks_of(core_.directory(),
                  [](const User& user) { return user.user_class >= kClassOperator; });
}

Value HubHost::get_bot_list(const Args& /*args*/) {
  return nicks_of(core_.directory(), [](const User& user) { return user.is_bot; });
}

Value HubHost::get_users_count(const Args& /*args*/) {
  return core_.directory().read()->user_count();
}

Value HubHost::get_total_share_size(const Args& /*args*/) {
  return std::to_string(core_.directory().read()->share_bytes());
}

Value HubHost::get_config(const Args& args) {
  if (auto value = core_.settings().get(args.text(0), args.text(1))) {
    return *std::move(value);
  }
  return args.has(2) ? Value(args.text(2)) : Value();
}

}  // namespace hookline
