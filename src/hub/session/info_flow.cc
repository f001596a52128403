#include "hub/session/info_flow.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "hub/config/settings.h"
#include "hub/session/roster.h"
#include "hub/session/session.h"
#include "hub/users/user_directory.h"
#include "hub/users/user_info.h"

namespace hookline::hub {
namespace {

// A client gets the lists only this often, because they are long.
constexpr Duration kListInterval = std::chrono::seconds(5);

}  // namespace

void InfoFlow::handle_my_info() {
  const auto info = nmdc::parse_my_info(commands_.args());
  if (!info) {
    commands_.malformed("a malformed $MyINFO");
  } else if (!commands_.is_own_nick(info->nick)) {
    return;
  } else if (info->tag.empty()) {
    tag_decided({});
  } else {
    commands_.decide(verlihub::kOnValidateTag, {session_.nick(), info->tag},
                     NextStep::to<&InfoFlow::tag_decided>(this));
  }
}

void InfoFlow::tag_decided(const Decision& decision) {
  const bool is_first = session_.phase() == Phase::kInfo;
  if (!decision.allowed) {
    if (is_first) {
      session_.disconnect(CloseReason::kTagInvalid, "Your client's tag was refused.");
    }
    return;
  }
  const auto info = nmdc::parse_my_info(commands_.args()).value_or(nmdc::MyInfo());
  commands_.decide(is_first ? verlihub::kOnFirstMyINFO : verlihub::kOnParsedMsgMyINFO,
                   {session_.nick(), info.desc, info.tag, info.speed, info.mail, info.size},
                   NextStep::to<&InfoFlow::info_decided>(this));
}

void InfoFlow::info_decided(const Decision& decision) {
  const bool is_first = session_.phase() == Phase::kInfo;
  if (!decision.allowed) {
    if (is_first) {
      session_.disconnect(CloseReason::kLoginError, "Your login was refused.");
    }
    return;
  }
  const User& before = *session_.user();
  UserPtr user;
  if (const auto replacement = verlihub::replacement(decision)) {
    const auto info = nmdc::parse_my_info(commands_.args()).value_or(nmdc::MyInfo());
    user = with_info(before, replaced_info(info, *replacement));
    if (user == nullptr) {
      spdlog::warn("{} of {}: what a script puts in its place makes no $MyINFO; it stays as it is",
                   is_first ? "OnFirstMyINFO" : "OnParsedMsgMyINFO", session_.nick());
    }
  }
  if (user == nullptr) {
    user = with_info(before, commands_.command() + "|");
  }
  // Later only the share is checked: a ban that is made while a user is online disconnects that
  // user by itself, and spares operators (Moderation::put_ban).
  BanSubject subject{.nick = {}, .ip = {}, .share = user->size};
  if (is_first) {
    subject.nick = session_.nick();
    subject.ip = session_.ip();
  }
  if (session_.disconnect_if_banned(subject)) {
    return;
  }
  if (is_first) {
    commands_.login().enter(*user);
  } else {
    session_.set_info(std::move(user));
  }
}

void InfoFlow::handle_my_hub_url() {
  commands_.decide(verlihub::kOnParsedMsgMyHubURL, {session_.nick(), commands_.command()},
                   NextStep::to<&InfoFlow::my_hub_url_decided>(this));
}

void InfoFlow::my_hub_url_decided(const Decision& decision) {
  if (decision.allowed) {
    auto user = std::make_shared<User>(*session_.user());
    user->hub_url = commands_.args();
    session_.set_user(std::move(user));
  }
}

void InfoFlow::handle_ext_json() {
  commands_.decide(verlihub::kOnParsedMsgExtJSON, {session_.nick(), commands_.command()},
                   NextStep::to<&InfoFlow::ext_json_decided>(this));
}

void InfoFlow::ext_json_decided(const Decision& decision) {
  if (decision.allowed) {
    // The arguments are "nick {...}", or the JSON alone.
    const auto args = commands_.args();
    auto user = std::make_shared<User>(*session_.user());
    user->ext_json = args.substr(std::min(args.find('{'), args.size()));
    session_.set_user(std::move(user));
  }
}

void InfoFlow::handle_nick_list() {
  if (!session_.is_online()) {
    wants_lists_ = true;
  } else if (hub_.clock.now() >= listed_at_ + kListInterval) {
    send_lists();
  }
}

void InfoFlow::send_requested_lists() {
  if (wants_lists_) {
    send_lists();
  }
}

void InfoFlow::send_lists() {
  listed_at_ = hub_.clock.now();
  session_.send(hub_.roster.nick_list());
  session_.send(hub_.roster.op_list());
  if (session_.has(nmdc::kNoGetInfo) || session_.has(nmdc::kNoHello)) {
    session_.send(hub_.roster.all_my_infos());
  }
}

void InfoFlow::handle_get_info() {
  const auto nicks = nmdc::parse_two_nicks(commands_.args());
  if (!nicks) {
    commands_.malformed("a malformed $GetINFO");
    return;
  }
  const auto directory = hub_.directory.read();
  const User* const other = directory->find(nicks->first);
  if (other != nullptr && other->is_listed) {
    session_.send(other->my_info);
  }
}

void InfoFlow::handle_user_ip() {
  std::string_view rest = commands_.args();
  std::string answer;
  while (!rest.empty()) {
    const auto end = rest.find("$$");
    const auto nick = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
    const auto* other = hub_.roster.find(nick);
    if (other != nullptr && (other == &session_ || session_.is_operator())) {
      answer.append(other->nick()).append(" ").append(other->ip()).append("$$");
    }
  }
  if (!answer.empty()) {
    session_.send(nmdc::make({"$UserIP ", answer}));
  }
}

void InfoFlow::handle_bot_info() {
  commands_.decide(verlihub::kOnParsedMsgBotINFO, {session_.nick(), commands_.command()},
                   NextStep::to<&InfoFlow::bot_info_decided>(this));
}

void InfoFlow::bot_info_decided(const Decision& decision) {
  if (!decision.allowed || !session_.has(nmdc::kBotInfo)) {
    return;
  }
  // The fields are: name, address, description, maximum of users, minimum of share, of slots and
  // of hubs, software, owner.
  const auto& settings = hub_.settings;
  session_.send(nmdc::make({"$HubINFO ", nmdc::escape_text(settings.own("hub_name")), "$",
                            hub_.config.address, "$", nmdc::escape_text(settings.own("topic")), "$",
                            settings.own("max_users"), "$0$0$0$hookline$", hub_.config.bot_name}));
}

}  // namespace hookline::hub
