#include "hub/session/hub_core.h"

#include <chrono>
#include <utility>

#include "hookline/future.h"
#include "hub/config/stored_settings.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/session.h"
#include "hub/users/user_info.h"

namespace hookline::hub {
namespace {

// Connections beyond the users that fit: those who are logging in, and operators.
constexpr std::size_t kSpareConnections = 256;

// Bans that are over do no harm but take space.
constexpr Duration kExpiryInterval = std::chrono::hours(1);

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
      bots_(roster_),
      turns_(clock.now()),
      next_timer_(clock.now() + config_.timer_interval),
      next_expiry_(clock.now() + kExpiryInterval) {
  roster_.put_bot(
      make_bot({.nick = config_.bot_name, .user_class = kClassMaster, .desc = "The hub itself"}));
  roster_.put_bot(make_bot({.nick = config_.op_chat_name,
                            .user_class = kClassMaster,
                            .desc = "Reaches every operator"}));
}

HubCore::~HubCore() = default;

Result<void> HubCore::open_state() {
  auto opened = HubState::open(config_, clock_, settings_);
  if (!opened) {
    return std::unexpected(std::move(opened.error()));
  }
  state_ = *std::move(opened);
  return {};
}

void HubCore::set_scripts(ScriptHost* scripts) {
  scripts_ = scripts;
  script_manager_ = std::make_unique<ScriptManager>(*scripts, state_->scripts(), config_, clock_);
}

void HubCore::post(Hook hook, std::initializer_list<HookArg> args) {
  if (scripts_->hooked(hook)) {
    counters_.hook_events.add();
    scripts_->post(hook, args);
  }
}

void HubCore::post_to_others(ScriptId one, Hook hook, const List& args) {
  if (!scripts_->hooked(hook)) {
    return;
  }
  counters_.hook_events.add();
  for (const auto script : scripts_->hooked_by(hook)) {
    if (script != one) {
      scripts_->post(script, hook, args);
    }
  }
}

void HubCore::stop(int code) {
  if (!must_stop_.exchange(true)) {
    exit_code_.store(code);
    stopper_();
  }
}

void HubCore::stop_at(TimePoint when, int code) {
  if (when < stops_at_) {
    stops_at_ = when;
    stops_with_ = code;
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

void HubCore::enforce_bans() {
  const auto online = roster_.online();  // a copy: who is disconnected leaves it
  for (auto* session : online) {
    const auto& user = *session->user();
    const auto* ban =
        state_->bans().find({.nick = user.nick, .ip = session->ip(), .share = user.size});
    // An operator who bans his own neighbourhood must be able to take that back.
    if (ban != nullptr && (ban->type == BanType::kNick || !session->is_operator())) {
      session->disconnect(CloseReason::kKicked, ban_notice(*ban));
    }
  }
}

void HubCore::announce(std::string_view text) {
  roster_.broadcast(nmdc::make_chat(config_.bot_name, nmdc::escape_text(text)));
  post(Hook::kOnPublicBotMessage, {config_.bot_name, text, kClassGuest, kClassMaster});
}

Future<Value> HubCore::set_topic(std::string_view topic) {
  if (settings_.set(Settings::kConfigName, "topic", nmdc::escape_text(topic))) {
    roster_.broadcast(nmdc::make({"$HubTopic ", settings_.own("topic")}));
  }
  return save_setting(state_->store(), settings_, Settings::kConfigName, "topic");
}

void HubCore::tick() {
  const auto now = clock_.now();
  script_manager_->tick();
  turns_.sample(now);
  if (now >= stops_at_) {
    stop(stops_with_);
  }
  for (const auto& [key, session] : sessions_) {
    session->check_timeouts(now);
  }
  if (now >= next_expiry_) {
    next_expiry_ = now + kExpiryInterval;
    state_->expire();
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
  turns_.turn();
  for (const auto& what : std::exchange(at_end_, {})) {
    what();
  }
  flushes_.flush_all();
  for (const auto* session : std::exchange(retired_, {})) {
    sessions_.erase(session);
  }
}

void HubCore::disconnect_all() {
  is_closing_ = true;
  for (const auto& [key, session] : sessions_) {
    session->disconnect_now(CloseReason::kHubLoad);
  }
  end_turn();
}

}  // namespace hookline::hub
