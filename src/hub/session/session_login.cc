#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "hub/session/session.h"
#include "hub/store/password_hash.h"
#include "hub/users/user_info.h"

namespace hookline::hub {
namespace {

// The lists are long: nobody needs them more often.
constexpr Duration kListInterval = std::chrono::seconds(5);

}  // namespace

void Session::new_connection_decided(const Verdict& verdict) {
  if (!verdict.allowed) {
    disconnect(CloseReason::kLoginError);
    return;
  }
  if (is_banned({.nick = {}, .ip = ip(), .share = {}})) {
    return;
  }
  phase_ = Phase::kNick;
  send(nmdc::make({"$Lock ", nmdc::kLock, " Pk=", nmdc::kPrivateKey}));
  connection_.read(true);
}

void Session::handle_supports() {
  decide(Hook::kOnParsedMsgSupports, {ip(), command_, nmdc::kHubSupports},
         &Session::supports_decided);
}

void Session::supports_decided(const Verdict& verdict) {
  if (verdict.allowed) {
    features_ = nmdc::parse_supports(command().args);
    send(nmdc::make({"$Supports ", nmdc::kHubSupports}));
  }
}

void Session::handle_key() {
  // The lock keeps nobody out: its key can be computed by anyone. A wrong one is a bot written in
  // haste.
  if (command().args != nmdc::lock_to_key(nmdc::kLock)) {
    spdlog::debug("{}: wrong key", ip());
  }
  send(nmdc::make({"$HubName ", core_.settings().own("hub_name")}));
}

void Session::handle_validate_nick() {
  wanted_nick_ = command().args;
  if (check_nick(command().args)) {
    decide(Hook::kOnParsedMsgValidateNick, {command_}, &Session::nick_decided);
  }
}

bool Session::check_nick(std::string_view nick) {
  const auto* registered = core_.state().registrations().find(nick);
  const bool has_password = registered != nullptr && registered->has_password();
  const bool is_operator = has_password && registered->user_class >= kClassOperator;
  if (!nmdc::is_valid_nick(nick, core_.config().max_nick_bytes)) {
    deny_nick(nick, "That nick is too long, or has characters that a nick must not have.");
    return false;
  }
  // A registered user who comes back before the hub has noticed that he left takes his nick over.
  if (core_.roster().is_bot(nick) || (!has_password && core_.roster().is_taken(nick))) {
    deny_nick(nick, "That nick is taken.");
    return false;
  }
  if (is_banned({.nick = nick, .ip = ip(), .share = {}})) {
    return false;
  }
  if (!is_operator && core_.roster().reserved() >= core_.settings().max_users()) {
    send("$HubIsFull|");
    disconnect(CloseReason::kUserLimit, "This hub is full.");
    return false;
  }
  return true;
}

void Session::deny_nick(std::string_view nick, std::string_view why) {
  send(nmdc::make({"$ValidateDenide ", nick}));
  say(why);
}

void Session::nick_decided(const Verdict& verdict) {
  const auto nick = command().args;
  if (!verdict.allowed) {
    send(nmdc::make({"$ValidateDenide ", nick}));
    disconnect(CloseReason::kBadNick, "That nick was refused.");
    return;
  }
  if (!check_nick(nick)) {  // it may have been taken while the scripts decided
    return;
  }
  const auto* registered = core_.state().registrations().find(nick);
  if (registered != nullptr && registered->has_password()) {
    phase_ = Phase::kPassword;
    send("$GetPass|");
    return;
  }
  take_nick(nick, registered == nullptr ? kClassGuest : registered->effective_class());
}

void Session::handle_password() {
  decide(Hook::kOnParsedMsgMyPass, {wanted_nick_, command_}, &Session::password_decided);
}

void Session::password_decided(const Verdict& verdict) {
  if (!verdict.allowed) {
    disconnect(CloseReason::kPassword, "Your login was refused.");
    return;
  }
  const auto* registered = core_.state().registrations().find(wanted_nick_);
  if (registered == nullptr || registered->is_from_config) {
    admit(registered != nullptr && same_secret(command().args, registered->secret));
    return;
  }
  is_checking_password_ = true;
  core_.state()
      .passwords()
      .verify(registered->secret, std::string(command().args))
      .deliver_to(core_.scripts().host_executor(),
                  [weak = weak_from_this()](const Result<bool>& fits) {
                    if (const auto session = weak.lock()) {
                      session->password_checked(fits.value_or(false));
                    }
                  });
}

void Session::password_checked(bool fits) {
  is_checking_password_ = false;
  if (phase_ != Phase::kLeft) {
    admit(fits);
    process();
  }
}

void Session::admit(bool fits) {
  const auto* registered = core_.state().registrations().find(wanted_nick_);
  if (registered == nullptr || !fits) {
    send("$BadPass|");
    disconnect(CloseReason::kPassword, "Wrong password.");
    return;
  }
  if (auto* other = core_.roster().find(wanted_nick_); other != nullptr) {
    other->disconnect(CloseReason::kReconnect, "You logged in again from elsewhere.");
  }
  take_nick(wanted_nick_, registered->effective_class());
}

bool Session::is_banned(const BanSubject& subject) {
  const auto* ban = core_.state().bans().find(subject);
  if (ban != nullptr) {
    disconnect(CloseReason::kKicked, ban_notice(*ban));
  }
  return ban != nullptr;
}

void Session::take_nick(std::string_view nick, int user_class) {
  nick_ = nick;
  user_class_ = user_class;
  auto user = std::make_shared<User>();
  user->nick = nick_;
  user->user_class = user_class_;
  user->ip = ip();
  user_ = std::move(user);
  core_.roster().reserve(*this, user_);
  phase_ = Phase::kInfo;
  send(nmdc::make({"$Hello ", nick_}));
  if (is_operator()) {
    send(nmdc::make({"$LogedIn ", nick_}));
  }
  if (has(nmdc::kHubUrl)) {
    send("$GetHubURL|");
  }
  look_up_host();
}

void Session::handle_version() {
  decide(Hook::kOnParsedMsgVersion, {ip(), command_}, &Session::ignore);
}

void Session::handle_nick_list() {
  if (phase_ != Phase::kOnline) {
    wants_lists_ = true;
  } else if (core_.now() >= listed_at_ + kListInterval) {
    send_lists();
  }
}

void Session::send_lists() {
  listed_at_ = core_.now();
  const auto& roster = core_.roster();
  send(roster.nick_list());
  send(roster.op_list());
  if (has(nmdc::kNoGetInfo) || has(nmdc::kNoHello)) {
    send(roster.all_my_infos());
  }
}

void Session::handle_my_info() {
  const auto info = nmdc::parse_my_info(command().args);
  if (!info) {
    malformed("a malformed $MyINFO");
  } else if (!is_own_nick(info->nick)) {
    return;
  } else if (info->tag.empty()) {
    tag_decided({});
  } else {
    decide(Hook::kOnValidateTag, {nick_, info->tag}, &Session::tag_decided);
  }
}

void Session::tag_decided(const Verdict& verdict) {
  const bool is_first = phase_ == Phase::kInfo;
  if (!verdict.allowed) {
    if (is_first) {
      disconnect(CloseReason::kTagInvalid, "Your client's tag was refused.");
    }
    return;
  }
  const auto info = nmdc::parse_my_info(command().args).value_or(nmdc::MyInfo());
  decide(is_first ? Hook::kOnFirstMyINFO : Hook::kOnParsedMsgMyINFO,
         {nick_, info.desc, info.tag, info.speed, info.mail, info.size}, &Session::info_decided);
}

void Session::info_decided(const Verdict& verdict) {
  const bool is_first = phase_ == Phase::kInfo;
  if (!verdict.allowed) {
    if (is_first) {
      disconnect(CloseReason::kLoginError, "Your login was refused.");
    }
    return;
  }
  UserPtr user;
  if (verdict.replacement) {
    const auto info = nmdc::parse_my_info(command().args).value_or(nmdc::MyInfo());
    user = with_info(*user_, replaced_info(info, *verdict.replacement));
    if (user == nullptr) {
      spdlog::warn("{} of {}: what a script puts in its place makes no $MyINFO; it stays as it is",
                   is_first ? "OnFirstMyINFO" : "OnParsedMsgMyINFO", nick_);
    }
  }
  if (user == nullptr) {
    user = with_info(*user_, command_ + "|");
  }
  // A ban that is made while somebody is there spares operators (HubCore::enforce_bans).
  const BanSubject share{.nick = {}, .ip = {}, .share = user->size};
  if (is_banned(is_first ? BanSubject{.nick = nick_, .ip = ip(), .share = user->size} : share)) {
    return;
  }
  if (is_first) {
    user_ = std::move(user);
    enter();
  } else {
    set_info(std::move(user));
  }
}

void Session::set_user(UserPtr user) {
  user_ = std::move(user);
  core_.roster().update(user_);
}

void Session::set_info(UserPtr user) {
  set_user(std::move(user));
  if (is_online()) {
    core_.roster().broadcast(user_->my_info);
  }
}

void Session::set_ip(std::string_view ip) {
  ip_ = ip;
  auto user = std::make_shared<User>(*user_);
  user->ip = ip_;
  user->host.clear();
  set_user(std::move(user));
  const auto line = "$UserIP " + nick_ + " " + ip_ + "$$|";
  for (auto* other : core_.roster().online()) {
    if (other->has(nmdc::kUserIp2) && (other == this || other->is_operator())) {
      other->send(line);
    }
  }
  look_up_host();
}

void Session::look_up_host() {
  auto* names = core_.host_names();
  if (names == nullptr) {
    return;
  }
  names->look_up(ip_, [weak = weak_from_this(), ip = ip_](const std::string& host) {
    const auto self = weak.lock();
    if (self == nullptr || self->phase_ == Phase::kLeft || self->ip_ != ip) {
      return;
    }
    auto user = std::make_shared<User>(*self->user_);
    user->host = host;
    self->set_user(std::move(user));
  });
}

void Session::enter() {
  auto listed = std::make_shared<User>(*user_);
  listed->is_listed = true;
  user_ = std::move(listed);
  phase_ = Phase::kEntering;
  core_.roster().enter(*this, user_);
  decide(Hook::kOnUserLogin, {nick_}, &Session::login_decided);
}

void Session::login_decided(const Verdict& verdict) {
  if (!verdict.allowed) {
    disconnect(CloseReason::kLoginError, "Your login was refused.");
    return;
  }
  phase_ = Phase::kOnline;
  const auto& roster = core_.roster();
  roster.announce(*user_);
  if (wants_lists_) {
    send_lists();
  }
  const auto own_ip = "$UserIP " + nick_ + " " + ip() + "$$|";
  for (auto* other : roster.online()) {
    if (other->has(nmdc::kUserIp2) && (other == this || other->is_operator())) {
      other->send(other == this && is_operator() ? roster.all_ips() : own_ip);
    }
  }
  if (const auto topic = core_.settings().own("topic"); !topic.empty()) {
    send(nmdc::make({"$HubTopic ", topic}));
  }
  if (const auto motd = core_.settings().own("motd"); !motd.empty()) {
    say(motd);
  }
  const auto* registered = core_.state().registrations().find(nick_);
  if (registered != nullptr && !registered->has_password()) {
    say("Your nick is registered but has no password: set one with +passwd NEW.");
  }
  decide(Hook::kOnUserInList, {nick_}, &Session::ignore);
}

}  // namespace hookline::hub
