#include "hub/session/login_flow.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "hub/config/settings.h"
#include "hub/scripts/script_events.h"
#include "hub/session/roster.h"
#include "hub/session/session.h"
#include "hub/store/passwords.h"
#include "hub/store/registrations.h"

namespace hookline::hub {

void LoginFlow::begin() {
  commands_.decide(verlihub::kOnNewConn, {session_.ip()},
                   NextStep::to<&LoginFlow::connection_decided>(this));
}

void LoginFlow::connection_decided(const Decision& decision) {
  if (!decision.allowed) {
    session_.disconnect(CloseReason::kLoginError);
    return;
  }
  if (session_.disconnect_if_banned({.nick = {}, .ip = session_.ip(), .share = {}})) {
    return;
  }
  session_.set_phase(Phase::kNick);
  session_.send(nmdc::make({"$Lock ", nmdc::kLock, " Pk=", nmdc::kPrivateKey}));
  session_.read(true);
}

void LoginFlow::handle_supports() {
  commands_.decide(verlihub::kOnParsedMsgSupports,
                   {session_.ip(), commands_.command(), nmdc::kHubSupports},
                   NextStep::to<&LoginFlow::supports_decided>(this));
}

void LoginFlow::supports_decided(const Decision& decision) {
  if (decision.allowed) {
    session_.set_features(nmdc::parse_supports(commands_.args()));
    session_.send(nmdc::make({"$Supports ", nmdc::kHubSupports}));
  }
}

void LoginFlow::handle_key() {
  // A wrong key is tolerated: anyone can compute it, so the lock keeps nobody out, and simple bots
  // send anything.
  if (commands_.args() != nmdc::lock_to_key(nmdc::kLock)) {
    spdlog::debug("{}: wrong key", session_.ip());
  }
  session_.send(nmdc::make({"$HubName ", hub_.settings.own("hub_name")}));
}

void LoginFlow::handle_validate_nick() {
  session_.set_wanted_nick(commands_.args());
  if (check_nick(commands_.args())) {
    commands_.decide(verlihub::kOnParsedMsgValidateNick, {commands_.command()},
                     NextStep::to<&LoginFlow::nick_decided>(this));
  }
}

bool LoginFlow::check_nick(std::string_view nick) {
  const auto* registered = hub_.registrations.find(nick);
  const bool has_password = registered != nullptr && registered->has_password();
  const bool is_operator = has_password && registered->user_class >= kClassOperator;
  if (!nmdc::is_valid_nick(nick, hub_.config.max_nick_bytes)) {
    deny_nick(nick, "That nick is too long, or has characters that a nick must not have.");
    return false;
  }
  // A registered user may come back before the hub notices that the old connection is gone, and
  // then takes the nick over.
  if (hub_.roster.is_bot(nick) || (!has_password && hub_.roster.is_taken(nick))) {
    deny_nick(nick, "That nick is taken.");
    return false;
  }
  if (session_.disconnect_if_banned({.nick = nick, .ip = session_.ip(), .share = {}})) {
    return false;
  }
  if (!is_operator && hub_.roster.reserved() >= hub_.settings.max_users()) {
    session_.send("$HubIsFull|");
    session_.disconnect(CloseReason::kUserLimit, "This hub is full.");
    return false;
  }
  return true;
}

void LoginFlow::deny_nick(std::string_view nick, std::string_view why) {
  session_.send(nmdc::make({"$ValidateDenide ", nick}));
  session_.say(why);
}

void LoginFlow::nick_decided(const Decision& decision) {
  const auto nick = commands_.args();
  if (!decision.allowed) {
    session_.send(nmdc::make({"$ValidateDenide ", nick}));
    session_.disconnect(CloseReason::kBadNick, "That nick was refused.");
    return;
  }
  if (!check_nick(nick)) {  // somebody may have taken it while the scripts decided
    return;
  }
  const auto* registered = hub_.registrations.find(nick);
  if (registered != nullptr && registered->has_password()) {
    session_.set_phase(Phase::kPassword);
    session_.send("$GetPass|");
    return;
  }
  session_.take_nick(nick, registered == nullptr ? kClassGuest : registered->effective_class());
}

void LoginFlow::handle_password() {
  commands_.decide(verlihub::kOnParsedMsgMyPass, {session_.wanted_nick(), commands_.command()},
                   NextStep::to<&LoginFlow::password_decided>(this));
}

void LoginFlow::password_decided(const Decision& decision) {
  if (!decision.allowed) {
    session_.disconnect(CloseReason::kPassword, "Your login was refused.");
    return;
  }
  const auto* registered = hub_.registrations.find(session_.wanted_nick());
  if (registered == nullptr || registered->is_from_config) {
    admit(registered != nullptr && same_secret(commands_.args(), registered->secret));
    return;
  }
  is_checking_password_ = true;
  hub_.passwords.verify(registered->secret, std::string(commands_.args()))
      .deliver_to(hub_.scripts.host().host_executor(),
                  [weak = session_.weak_from_this()](const Result<bool>& fits) {
                    if (const auto session = weak.lock()) {
                      session->commands().login().password_checked(fits.value_or(false));
                    }
                  });
}

void LoginFlow::password_checked(bool fits) {
  is_checking_password_ = false;
  if (!session_.has_left()) {
    admit(fits);
    commands_.resume();
  }
}

void LoginFlow::admit(bool fits) {
  const auto& nick = session_.wanted_nick();
  const auto* registered = hub_.registrations.find(nick);
  if (registered == nullptr || !fits) {
    session_.send("$BadPass|");
    session_.disconnect(CloseReason::kPassword, "Wrong password.");
    return;
  }
  if (auto* other = hub_.roster.find(nick); other != nullptr) {
    other->disconnect(CloseReason::kReconnect, "You logged in again from elsewhere.");
  }
  session_.take_nick(nick, registered->effective_class());
}

void LoginFlow::handle_version() {
  commands_.decide(verlihub::kOnParsedMsgVersion, {session_.ip(), commands_.command()}, {});
}

void LoginFlow::enter(const User& user) {
  session_.enter(user);
  commands_.decide(verlihub::kOnUserLogin, {session_.nick()},
                   NextStep::to<&LoginFlow::login_decided>(this));
}

void LoginFlow::login_decided(const Decision& decision) {
  if (!decision.allowed) {
    session_.disconnect(CloseReason::kLoginError, "Your login was refused.");
    return;
  }
  session_.set_phase(Phase::kOnline);
  hub_.roster.announce(*session_.user());
  commands_.info().send_requested_lists();
  show_addresses();
  greet();
  commands_.decide(verlihub::kOnUserInList, {session_.nick()}, {});
}

// Tells the address to the user and to operators, and all addresses to a new operator.
void LoginFlow::show_addresses() {
  const auto own_ip = "$UserIP " + session_.nick() + " " + session_.ip() + "$$|";
  for (auto* other : hub_.roster.online()) {
    const bool is_self = other == &session_;
    if (other->has(nmdc::kUserIp2) && (is_self || other->is_operator())) {
      other->send(is_self && session_.is_operator() ? hub_.roster.all_ips() : own_ip);
    }
  }
}

void LoginFlow::greet() {
  if (const auto topic = hub_.settings.own("topic"); !topic.empty()) {
    session_.send(nmdc::make({"$HubTopic ", topic}));
  }
  if (const auto motd = hub_.settings.own("motd"); !motd.empty()) {
    session_.say(motd);
  }
  const auto* registered = hub_.registrations.find(session_.nick());
  if (registered != nullptr && !registered->has_password()) {
    session_.say("Your nick is registered but has no password: set one with +passwd NEW.");
  }
}

void LoginFlow::handle_my_nick() { peer_nick_ = commands_.args(); }

void LoginFlow::handle_lock() {
  constexpr std::string_view kRef = "Ref=";
  const auto args = commands_.args();
  const auto at = args.find(kRef);
  const auto ref = at == std::string_view::npos ? "" : args.substr(at + kRef.size());
  commands_.decide(verlihub::kOnCtmToHub,
                   {peer_nick_, session_.ip(), session_.port(), hub_.port, ref},
                   NextStep::to<&LoginFlow::lock_decided>(this));
}

void LoginFlow::lock_decided(const Decision& /*decision*/) {
  spdlog::info("{}: a client was sent here to connect to another one", session_.ip());
  session_.disconnect(CloseReason::kSyntax, "This is a hub, and no client to connect to.");
}

}  // namespace hookline::hub
