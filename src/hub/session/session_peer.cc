#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "hub/session/session.h"
#include "hub/users/send_away.h"

namespace hookline::hub {

bool Session::is_own_address(std::string_view address, std::string_view what) {
  if (!core_.config().check_addresses || address == ip()) {
    return true;
  }
  say(std::string(what) + " names the address " + std::string(address) + ", but yours is " + ip() +
      ": set that in your client, or use passive mode.");
  return false;
}

void Session::handle_search() {
  const auto search = nmdc::parse_search(command().args);
  if (!search) {
    malformed("a malformed $Search");
  } else if (is_restricted(Restriction::kSearch, "search")) {
    return;
  } else if (search->passive ? is_own_nick(search->nick)
                             : is_own_address(search->ip, "Your search")) {
    decide(Hook::kOnParsedMsgSearch, {nick_, command_}, &Session::search_decided);
  }
}

void Session::search_decided(const Verdict& verdict) {
  if (verdict.allowed) {
    command_.push_back('|');
    core_.roster().broadcast_except(*this, command_);
  }
}

void Session::handle_search_result() {
  const auto result = nmdc::parse_search_result(command().args);
  if (!result) {
    malformed("a malformed $SR");
  } else if (is_own_nick(result->from)) {
    decide(Hook::kOnParsedMsgSR, {nick_, command_}, &Session::search_result_decided);
  }
}

void Session::search_result_decided(const Verdict& verdict) {
  const auto result = nmdc::parse_search_result(command().args).value_or(nmdc::SearchResult());
  auto* target = verdict.allowed ? core_.roster().find_online(result.to) : nullptr;
  if (target != nullptr) {
    target->send(nmdc::make({"$SR ", result.forwarded}));
  }
}

void Session::handle_connect_to_me() {
  const auto connect = nmdc::parse_connect_to_me(command().args);
  if (!connect) {
    malformed("a malformed $ConnectToMe");
  } else if (is_own_address(connect->ip, "Your connection request") &&
             !is_restricted(Restriction::kConnect, "connect to others")) {
    decide(Hook::kOnParsedMsgConnectToMe, {nick_, connect->other, connect->ip, connect->port},
           &Session::connect_to_me_decided);
  }
}

void Session::connect_to_me_decided(const Verdict& verdict) {
  const auto connect = nmdc::parse_connect_to_me(command().args).value_or(nmdc::ConnectToMe());
  auto* target = verdict.allowed ? core_.roster().find_online(connect.other) : nullptr;
  if (target != nullptr) {
    target->send(command_ + "|");
  }
}

void Session::handle_rev_connect_to_me() {
  const auto nicks = nmdc::parse_two_nicks(command().args);
  if (!nicks) {
    malformed("a malformed $RevConnectToMe");
  } else if (is_own_nick(nicks->first) &&
             !is_restricted(Restriction::kConnect, "connect to others")) {
    decide(Hook::kOnParsedMsgRevConnectToMe, {nick_, nicks->second},
           &Session::rev_connect_to_me_decided);
  }
}

void Session::rev_connect_to_me_decided(const Verdict& verdict) {
  const auto nicks = nmdc::parse_two_nicks(command().args).value_or(nmdc::TwoNicks());
  auto* target = verdict.allowed ? core_.roster().find_online(nicks.second) : nullptr;
  if (target != nullptr) {
    target->send(command_ + "|");
  }
}

void Session::handle_get_info() {
  const auto nicks = nmdc::parse_two_nicks(command().args);
  if (!nicks) {
    malformed("a malformed $GetINFO");
    return;
  }
  const auto directory = core_.directory().read();
  const User* const other = directory->find(nicks->first);
  if (other != nullptr && other->is_listed) {
    send(other->my_info);
  }
}

void Session::handle_user_ip() {
  std::string_view rest = command().args;
  std::string answer;
  while (!rest.empty()) {
    const auto end = rest.find("$$");
    const auto nick = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
    const auto* other = core_.roster().find(nick);
    if (other != nullptr && (other == this || is_operator())) {
      answer.append(other->nick()).append(" ").append(other->ip()).append("$$");
    }
  }
  if (!answer.empty()) {
    send(nmdc::make({"$UserIP ", answer}));
  }
}

void Session::handle_kick() {
  auto* victim = core_.roster().find_online(command().args);
  if (!is_operator()) {
    say("Only operators may do that.");
  } else if (victim == nullptr || victim == this || victim->user_class() >= user_class_) {
    say("There is no such user, or none that you may disconnect.");
  } else {
    is_private_command_ = false;
    drop_by(core_, *this, *victim, {});
  }
}

void Session::handle_quit() { disconnect(CloseReason::kQuit); }

void Session::handle_my_hub_url() {
  decide(Hook::kOnParsedMsgMyHubURL, {nick_, command_}, &Session::my_hub_url_decided);
}

void Session::my_hub_url_decided(const Verdict& verdict) {
  if (verdict.allowed) {
    auto user = std::make_shared<User>(*user_);
    user->hub_url = command().args;
    set_user(std::move(user));
  }
}

void Session::handle_ext_json() {
  decide(Hook::kOnParsedMsgExtJSON, {nick_, command_}, &Session::ext_json_decided);
}

void Session::ext_json_decided(const Verdict& verdict) {
  if (verdict.allowed) {
    // "nick {...}", or the JSON alone.
    const auto args = command().args;
    auto user = std::make_shared<User>(*user_);
    user->ext_json = args.substr(std::min(args.find('{'), args.size()));
    set_user(std::move(user));
  }
}

void Session::handle_bot_info() {
  decide(Hook::kOnParsedMsgBotINFO, {nick_, command_}, &Session::bot_info_decided);
}

void Session::bot_info_decided(const Verdict& verdict) {
  if (!verdict.allowed || !has(nmdc::kBotInfo)) {
    return;
  }
  // name, address, description, users at most, share, slots and hubs at least, software, owner
  auto& settings = core_.settings();
  send(nmdc::make({"$HubINFO ", nmdc::escape_text(settings.own("hub_name")), "$",
                   core_.config().address, "$", nmdc::escape_text(settings.own("topic")), "$",
                   settings.own("max_users"), "$0$0$0$hookline$", core_.config().bot_name}));
}

// A client that another one sent here: it takes the hub for a client, and begins to shake hands.
void Session::handle_my_nick() { peer_nick_ = command().args; }

void Session::handle_lock() {
  constexpr std::string_view kRef = "Ref=";
  const auto args = command().args;
  const auto at = args.find(kRef);
  const auto ref = at == std::string_view::npos ? "" : args.substr(at + kRef.size());
  decide(Hook::kOnCtmToHub, {peer_nick_, ip(), connection_.port(), core_.port(), ref},
         &Session::ctm_to_hub_decided);
}

void Session::ctm_to_hub_decided(const Verdict& /*verdict*/) {
  spdlog::info("{}: a client was sent here to connect to another one", ip());
  disconnect(CloseReason::kSyntax, "This is a hub, and no client to connect to.");
}

void Session::handle_unknown() { decide(Hook::kOnUnknownMsg, {nick_, command_}, &Session::ignore); }

}  // namespace hookline::hub
