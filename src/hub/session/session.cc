#include "hub/session/session.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "hookline/verlihub/hooks.h"
#include "hub/base/counters.h"
#include "hub/net/host_names.h"
#include "hub/scripts/script_events.h"
#include "hub/session/roster.h"
#include "hub/session/sessions.h"

namespace hookline::hub {
namespace {

// The time that a disconnected client may take to close its side.
constexpr Duration kLinger = std::chrono::seconds(2);

}  // namespace

Session::Session(const Needs& hub)
    : hub_(hub),
      connection_(*this, hub.flushes, hub.config.max_unsent_bytes),
      commands_(*this, hub.commands),
      connected_at_(hub.clock.now()),
      heard_at_(connected_at_) {}

bool Session::start(uv_stream_t* listener) {
  if (!connection_.accept(listener)) {
    return false;
  }
  ip_ = connection_.ip();
  hub_.counters.connections.add();
  commands_.login().begin();
  return true;
}

void Session::on_bytes(std::string_view bytes) {
  heard_at_ = hub_.clock.now();
  commands_.on_bytes(bytes);
}

void Session::on_end() {
  leave(CloseReason::kQuit);
  retire();
}

void Session::on_overflow() {
  spdlog::info("{} ({}) reads too slowly: disconnected", ip(), nick_);
  leave(CloseReason::kTimeout);
  retire();
}

void Session::retire() {
  connection_.close();
  hub_.sessions.retire(*this);
}

void Session::say(std::string_view text) {
  send(nmdc::make_chat(hub_.config.bot_name, nmdc::escape_text(text)));
}

void Session::say_privately(std::string_view text) {
  const auto& bot = hub_.config.bot_name;
  send(nmdc::make_private(nick_, bot, bot, nmdc::escape_text(text)));
}

void Session::disconnect(CloseReason reason, std::string_view last_words) {
  if (has_left()) {
    return;
  }
  if (!last_words.empty()) {
    say(last_words);
  }
  leave(reason);
  connection_.finish();
}

void Session::disconnect_now(CloseReason reason) {
  leave(reason);
  if (!connection_.is_closed()) {
    connection_.flush();  // may itself close the connection
  }
  if (!connection_.is_closed()) {
    retire();
  }
}

void Session::disconnect_at(TimePoint when, CloseReason reason) {
  if (when < ends_at_) {
    ends_at_ = when;
    ends_with_ = reason;
  }
}

bool Session::disconnect_if_banned(const BanSubject& subject) {
  const auto* ban = hub_.bans.find(subject);
  if (ban != nullptr) {
    disconnect(CloseReason::kKicked, ban_notice(*ban));
  }
  return ban != nullptr;
}

void Session::leave(CloseReason reason) {
  if (has_left()) {
    return;
  }
  const bool was_listed = phase_ >= Phase::kEntering;
  phase_ = Phase::kLeft;
  left_at_ = hub_.clock.now();
  commands_.on_left();
  hub_.roster.remove(*this);
  if (was_listed) {
    if (!hub_.sessions.is_closing()) {
      hub_.roster.broadcast(nmdc::make({"$Quit ", nick_}));
    }
    hub_.scripts.post(verlihub::kOnUserLogout, {nick_});
  }
  hub_.scripts.post(verlihub::kOnCloseConn, {ip()});
  hub_.scripts.post(verlihub::kOnCloseConnEx,
                    {ip(), static_cast<int>(reason), nick_.empty() ? wanted_nick_ : nick_});
}

void Session::check_timeouts(TimePoint now) {
  const auto& config = hub_.config;
  if (connection_.is_closed()) {
    return;
  }
  if (has_left()) {
    if (now - left_at_ >= kLinger) {
      retire();
    }
  } else if (now >= ends_at_) {
    disconnect(ends_with_);
  } else if (phase_ < Phase::kOnline) {
    if (now - connected_at_ >= config.login_timeout) {
      disconnect(CloseReason::kTimeout, "Your login took too long.");
    }
  } else if (config.idle_timeout > Duration::zero() && now - heard_at_ >= config.idle_timeout) {
    disconnect(CloseReason::kToAnyAction, "You were silent for too long.");
  }
}

void Session::take_nick(std::string_view nick, int user_class) {
  nick_ = nick;
  user_class_ = user_class;
  auto user = std::make_shared<User>();
  user->nick = nick_;
  user->user_class = user_class_;
  user->ip = ip();
  user_ = std::move(user);
  hub_.roster.reserve(*this, user_);
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

void Session::enter(const User& user) {
  auto listed = std::make_shared<User>(user);
  listed->is_listed = true;
  user_ = std::move(listed);
  phase_ = Phase::kEntering;
  hub_.roster.enter(*this, user_);
}

void Session::set_user(UserPtr user) {
  user_ = std::move(user);
  hub_.roster.update(user_);
}

void Session::set_info(UserPtr user) {
  set_user(std::move(user));
  if (is_online()) {
    hub_.roster.broadcast(user_->my_info);
  }
}

void Session::set_ip(std::string_view ip) {
  ip_ = ip;
  auto user = std::make_shared<User>(*user_);
  user->ip = ip_;
  user->host.clear();
  set_user(std::move(user));
  const auto line = "$UserIP " + nick_ + " " + ip_ + "$$|";
  for (auto* other : hub_.roster.online()) {
    if (other->has(nmdc::kUserIp2) && (other == this || other->is_operator())) {
      other->send(line);
    }
  }
  look_up_host();
}

void Session::look_up_host() {
  if (hub_.host_names == nullptr) {
    return;
  }
  hub_.host_names->look_up(ip_, [weak = weak_from_this(), ip = ip_](const std::string& host) {
    const auto self = weak.lock();
    if (self == nullptr || self->has_left() || self->ip_ != ip) {
      return;
    }
    auto user = std::make_shared<User>(*self->user_);
    user->host = host;
    self->set_user(std::move(user));
  });
}

}  // namespace hookline::hub
