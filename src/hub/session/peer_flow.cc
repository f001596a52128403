#include "hub/session/peer_flow.h"

#include <string>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "hub/session/moderation.h"
#include "hub/session/roster.h"
#include "hub/session/session.h"

namespace hookline::hub {

bool PeerFlow::is_own_address(std::string_view address, std::string_view what) {
  if (!hub_.config.check_addresses || address == session_.ip()) {
    return true;
  }
  session_.say(std::string(what) + " names the address " + std::string(address) +
               ", but yours is " + session_.ip() +
               ": set that in your client, or use passive mode.");
  return false;
}

void PeerFlow::pass_on(std::string_view nick) {
  if (auto* target = hub_.roster.find_online(nick); target != nullptr) {
    target->send(commands_.command() + "|");
  }
}

void PeerFlow::handle_search() {
  const auto search = nmdc::parse_search(commands_.args());
  if (!search) {
    commands_.malformed("a malformed $Search");
  } else if (commands_.is_restricted(Restriction::kSearch, "search")) {
    return;
  } else if (search->passive ? commands_.is_own_nick(search->nick)
                             : is_own_address(search->ip, "Your search")) {
    commands_.decide(verlihub::kOnParsedMsgSearch, {session_.nick(), commands_.command()},
                     NextStep::to<&PeerFlow::search_decided>(this));
  }
}

void PeerFlow::search_decided(const Decision& decision) {
  if (decision.allowed) {
    commands_.command().push_back('|');
    hub_.roster.broadcast_except(session_, commands_.command());
  }
}

void PeerFlow::handle_search_result() {
  const auto result = nmdc::parse_search_result(commands_.args());
  if (!result) {
    commands_.malformed("a malformed $SR");
  } else if (commands_.is_own_nick(result->from)) {
    commands_.decide(verlihub::kOnParsedMsgSR, {session_.nick(), commands_.command()},
                     NextStep::to<&PeerFlow::search_result_decided>(this));
  }
}

void PeerFlow::search_result_decided(const Decision& decision) {
  const auto result = nmdc::parse_search_result(commands_.args()).value_or(nmdc::SearchResult());
  auto* target = decision.allowed ? hub_.roster.find_online(result.to) : nullptr;
  if (target != nullptr) {
    target->send(nmdc::make({"$SR ", result.forwarded}));
  }
}

void PeerFlow::handle_connect_to_me() {
  const auto connect = nmdc::parse_connect_to_me(commands_.args());
  if (!connect) {
    commands_.malformed("a malformed $ConnectToMe");
  } else if (is_own_address(connect->ip, "Your connection request") &&
             !commands_.is_restricted(Restriction::kConnect, "connect to others")) {
    commands_.decide(verlihub::kOnParsedMsgConnectToMe,
                     {session_.nick(), connect->other, connect->ip, connect->port},
                     NextStep::to<&PeerFlow::connect_to_me_decided>(this));
  }
}

void PeerFlow::connect_to_me_decided(const Decision& decision) {
  if (decision.allowed) {
    pass_on(nmdc::parse_connect_to_me(commands_.args()).value_or(nmdc::ConnectToMe()).other);
  }
}

void PeerFlow::handle_rev_connect_to_me() {
  const auto nicks = nmdc::parse_two_nicks(commands_.args());
  if (!nicks) {
    commands_.malformed("a malformed $RevConnectToMe");
  } else if (commands_.is_own_nick(nicks->first) &&
             !commands_.is_restricted(Restriction::kConnect, "connect to others")) {
    commands_.decide(verlihub::kOnParsedMsgRevConnectToMe, {session_.nick(), nicks->second},
                     NextStep::to<&PeerFlow::rev_connect_to_me_decided>(this));
  }
}

void PeerFlow::rev_connect_to_me_decided(const Decision& decision) {
  if (decision.allowed) {
    pass_on(nmdc::parse_two_nicks(commands_.args()).value_or(nmdc::TwoNicks()).second);
  }
}

void PeerFlow::handle_kick() {
  auto* victim = hub_.roster.find_online(commands_.args());
  if (!session_.is_operator()) {
    session_.say("Only operators may do that.");
  } else if (victim == nullptr || victim == &session_ ||
             victim->user_class() >= session_.user_class()) {
    session_.say("There is no such user, or none that you may disconnect.");
  } else {
    commands_.answer_privately(false);
    hub_.moderation.drop_by(session_, *victim, {});
  }
}

}  // namespace hookline::hub
