#include "hub/hub_core.h"

#include <chrono>
#include <utility>

#include "hub/nmdc.h"
#include "hub/session.h"

namespace hookline {
namespace {

// Connections beyond the users that fit: those who are logging in, and operators.
constexpr std::size_t kSpareConnections = 256;

double milliseconds_since_epoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

HubCore::HubCore(HubConfig config, Clock& clock)
    : config_(std::move(config)),
      clock_(clock),
      settings_(config_),
      roster_(directory_),
      next_timer_(clock.now() + config_.timer_interval) {
  for (const auto& user : config_.users) {
    registered_.emplace(user.nick, &user);
  }
  roster_.add_bot(config_.bot_name, "The hub itself");
  roster_.add_bot(config_.op_chat_name, "Reaches every operator");
}

HubCore::~HubCore() = default;

void HubCore::set_scripts(ScriptHost* scripts) {
  scripts_ = scripts;
  script_manager_ = std::make_unique<ScriptManager>(*scripts, config_.scripts_path());
}

const RegisteredUser* HubCore::registered(std::string_view nick) const {
  const auto found = registered_.find(nick);
  return found == registered_.end() ? nullptr : found->second;
}

void HubCore::post(Hook hook, std::initializer_list<HookArg> args) {
  if (scripts_->hooked(hook)) {
    counters_.hook_events.add();
    scripts_->post(hook, args);
  }
}

void HubCore::accept(uv_stream_t* listener) {
  auto session = std::make_shared<Session>(*this);
  sessions_.emplace(session.get(), session);
  if (!session->start(listener)) {
    sessions_.erase(session.get());
  } else if (sessions_.size() > settings_.max_users() + kSpareConnections) {
    session->send("$HubIsFull|");
    session->disconnect(CloseReason::kUserLimit);
  }
}

void HubCore::retire(const Session& session) { retired_.push_back(&session); }

void HubCore::kick(Session& victim, std::string_view op, std::string_view reason) {
  const auto nick = victim.nick();
  const auto why = reason.empty() ? std::string(".") : ": " + std::string(reason);
  announce(nick + " was kicked by " + std::string(op) + why);
  victim.disconnect(CloseReason::kKicked, "You were kicked by " + std::string(op) + why);
  post(Hook::kOnOperatorKicks, {op, nick, reason});
}

void HubCore::drop(Session& victim, std::string_view op, std::string_view reason) {
  const auto nick = victim.nick();
  const auto why = reason.empty() ? std::string(".") : ": " + std::string(reason);
  victim.disconnect(CloseReason::kKicked, "You were disconnected by " + std::string(op) + why);
  post(Hook::kOnOperatorDrops, {op, nick});
  post(Hook::kOnOperatorDropsWithReason, {op, nick, reason});
}

void HubCore::announce(std::string_view text) {
  roster_.broadcast(nmdc::make_chat(config_.bot_name, nmdc::escape_text(text)));
}

void HubCore::set_topic(std::string_view topic) {
  if (settings_.set(Settings::kConfigName, "topic", nmdc::escape_text(topic))) {
    roster_.broadcast(nmdc::make({"$HubTopic ", settings_.own("topic")}));
  }
}

void HubCore::tick() {
  const auto now = clock_.now();
  scripts_->expire_verdicts();
  delays_.run_due(now);
  for (const auto& [key, session] : sessions_) {
    session->check_timeouts(now);
  }
  if (now >= next_timer_) {
    // Counted from when it was due, so that the delays of the ticks do not add up; one that was
    // missed altogether is not made up for.
    next_timer_ += config_.timer_interval;
    if (next_timer_ <= now) {
      next_timer_ = now + config_.timer_interval;
    }
    post(Hook::kOnTimer, {milliseconds_since_epoch()});
  }
}

void HubCore::end_turn() {
  if (scripts_ != nullptr) {
    scripts_->release_wakeups();  // first, so that they are at work while this writes
  }
  flushes_.flush_all();
  for (const auto* session : std::exchange(retired_, {})) {
    sessions_.erase(session);
  }
  if (scripts_ != nullptr) {
    scripts_->release_wakeups();
  }
}

void HubCore::disconnect_all() {
  is_closing_ = true;
  for (const auto& [key, session] : sessions_) {
    session->disconnect_now(CloseReason::kHubLoad);
  }
  end_turn();
}

}  // namespace hookline
