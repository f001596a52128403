#include "hub/hub_core.h"

#include <chrono>
#include <utility>

#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "hub/users/user_info.h"

namespace hookline::hub {
namespace {

// Bans that are over are harmless but take space.
constexpr Duration kExpiryInterval = std::chrono::hours(1);

double milliseconds_since_epoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

Result<std::unique_ptr<HubCore>> HubCore::open(HubConfig config, Clock& clock) {
  auto settings = std::make_unique<Settings>(config);
  auto state = HubState::open(config, clock, *settings);
  if (!state) {
    return std::unexpected(std::move(state.error()));
  }
  return std::unique_ptr<HubCore>(
      new HubCore(std::move(config), clock, std::move(settings), *std::move(state)));
}

HubCore::HubCore(HubConfig config, Clock& clock, std::unique_ptr<Settings> settings,
                 std::unique_ptr<HubState> state)
    : config_(std::move(config)),
      clock_(clock),
      turns_(clock.now()),
      settings_(std::move(settings)),
      state_(std::move(state)),
      roster_(directory_),
      bots_(roster_),
      script_events_(counters_),
      room_(config_, script_events_),
      other_scripts_(script_events_, config_, counters_),
      script_manager_(script_events_, state_->scripts(), config_, clock),
      announcer_(config_, roster_, script_events_),
      live_settings_(*settings_, state_->store(), roster_),
      moderation_(config_, roster_, state_->bans(), announcer_, other_scripts_),
      accounts_(config_, roster_, state_->registrations(), state_->passwords(), state_->clock(),
                script_events_),
      account_commands_(accounts_, state_->registrations()),
      ban_commands_(moderation_, state_->bans(), roster_, state_->registrations(), state_->clock()),
      script_commands_(script_events_, script_manager_, script_names_, state_->scripts(), config_,
                       clock),
      chat_commands_(counters_, roster_, live_settings_, moderation_, account_commands_,
                     ban_commands_, script_commands_),
      session_needs_{
          .config = config_,
          .clock = clock,
          .counters = counters_,
          .flushes = flushes_,
          .roster = roster_,
          .sessions = sessions_,
          .scripts = script_events_,
          .bans = state_->bans(),
          .commands = {.config = config_,
                       .clock = clock,
                       .counters = counters_,
                       .sessions = sessions_,
                       .scripts = script_events_,
                       .room = room_,
                       .restrictions = state_->restrictions(),
                       .login = {.config = config_,
                                 .settings = *settings_,
                                 .roster = roster_,
                                 .scripts = script_events_,
                                 .registrations = state_->registrations(),
                                 .passwords = state_->passwords()},
                       .info = {.config = config_,
                                .clock = clock,
                                .settings = *settings_,
                                .directory = directory_,
                                .roster = roster_},
                       .chat = {.config = config_,
                                .clock = clock,
                                .counters = counters_,
                                .roster = roster_,
                                .scripts = script_events_,
                                .chat_commands = chat_commands_},
                       .peers = {.config = config_, .roster = roster_, .moderation = moderation_}}},
      sessions_(*settings_, session_needs_),
      next_timer_(clock.now() + config_.timer_interval),
      next_expiry_(clock.now() + kExpiryInterval) {
  script_manager_.on_news(
      [this](std::string_view text) { announcer_.tell_operators(config_.bot_name, text); });
  roster_.put_bot(
      make_bot({.nick = config_.bot_name, .user_class = kClassMaster, .desc = "The hub itself"}));
  roster_.put_bot(make_bot({.nick = config_.op_chat_name,
                            .user_class = kClassMaster,
                            .desc = "Reaches every operator"}));
}

HubCore::~HubCore() = default;

void HubCore::set_scripts(ScriptHost* scripts) {
  scripts_ = scripts;
  script_events_.attach(*scripts);
}

void HubCore::tick() {
  const auto now = clock_.now();
  script_manager_.tick();
  turns_.sample(now);
  stop_switch_.tick(now);
  sessions_.check_timeouts(now);
  if (now >= next_expiry_) {
    next_expiry_ = now + kExpiryInterval;
    state_->expire();
  }
  if (now >= next_timer_) {
    // The interval begins when the last OnTimer was due, so that the delays of ticks do not add up.
    // An OnTimer that was missed altogether is left out.
    next_timer_ += config_.timer_interval;
    if (next_timer_ <= now) {
      next_timer_ = now + config_.timer_interval;
    }
    script_events_.post(verlihub::kOnTimer, {milliseconds_since_epoch()});
  }
}

void HubCore::end_turn() {
  turns_.turn();
  sessions_.run_tasks();
  flushes_.flush_all();
  sessions_.drop_retired();
}

void HubCore::disconnect_all() {
  sessions_.disconnect_all();
  end_turn();
}

}  // namespace hookline::hub
