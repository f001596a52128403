#include "hub/session/session.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hookline::hub {
namespace {

using nmdc::CommandKind;

// How much a client may send ahead while a verdict is pending, beyond one command of full length.
constexpr std::size_t kReadAhead = 65'536;

// How long a client that was told to go may take to close its side.
constexpr Duration kLinger = std::chrono::seconds(2);

// How many commands that scripts gave may wait behind a verdict.
constexpr std::size_t kMostInjected = 64;

}  // namespace

// What a command is allowed to follow, and who handles it. Before `from` it is out of turn, which
// ends the session; after `to` it comes too late and is ignored.
struct Session::Handler {
  CommandKind kind;
  Phase from;
  Phase to;
  void (Session::*handle)();
};

const Session::Handler* Session::find_handler(CommandKind kind) noexcept {
  using enum Phase;
  static constexpr auto kHandlers = std::to_array<Handler>({
      {CommandKind::kChat, kOnline, kOnline, &Session::handle_chat},
      {CommandKind::kTo, kOnline, kOnline, &Session::handle_private},
      {CommandKind::kMcTo, kOnline, kOnline, &Session::handle_main_chat_to},
      {CommandKind::kSearch, kOnline, kOnline, &Session::handle_search},
      {CommandKind::kSearchResult, kOnline, kOnline, &Session::handle_search_result},
      {CommandKind::kConnectToMe, kOnline, kOnline, &Session::handle_connect_to_me},
      {CommandKind::kRevConnectToMe, kOnline, kOnline, &Session::handle_rev_connect_to_me},
      {CommandKind::kMyInfo, kInfo, kOnline, &Session::handle_my_info},
      {CommandKind::kGetInfo, kInfo, kOnline, &Session::handle_get_info},
      {CommandKind::kUserIp, kInfo, kOnline, &Session::handle_user_ip},
      {CommandKind::kMyHubUrl, kInfo, kOnline, &Session::handle_my_hub_url},
      {CommandKind::kExtJson, kInfo, kOnline, &Session::handle_ext_json},
      {CommandKind::kKick, kOnline, kOnline, &Session::handle_kick},
      {CommandKind::kSupports, kNick, kNick, &Session::handle_supports},
      {CommandKind::kMyNick, kNick, kNick, &Session::handle_my_nick},
      {CommandKind::kPeerLock, kNick, kNick, &Session::handle_lock},
      {CommandKind::kKey, kNick, kNick, &Session::handle_key},
      {CommandKind::kValidateNick, kNick, kPassword, &Session::handle_validate_nick},
      {CommandKind::kMyPass, kPassword, kPassword, &Session::handle_password},
      {CommandKind::kVersion, kNick, kOnline, &Session::handle_version},
      {CommandKind::kGetNickList, kNick, kOnline, &Session::handle_nick_list},
      {CommandKind::kBotInfo, kNick, kOnline, &Session::handle_bot_info},
      {CommandKind::kQuit, kNick, kOnline, &Session::handle_quit},
      {CommandKind::kUnknown, kNick, kOnline, &Session::handle_unknown},
  });
  const auto* row = std::ranges::find(kHandlers, kind, &Handler::kind);
  return row == kHandlers.end() ? nullptr : row;
}

Session::Session(HubCore& core)
    : core_(core),
      connection_(*this, core.flushes(), core.config().max_unsent_bytes),
      input_(core.config().max_command_bytes),
      flood_(core.config().commands_per_second, core.config().command_burst, core.now()),
      chat_(*this, core.scripts(), core.counters()),
      connected_at_(core.now()),
      heard_at_(connected_at_) {}

bool Session::start(uv_stream_t* listener) {
  if (!connection_.accept(listener)) {
    return false;
  }
  ip_ = connection_.ip();
  core_.counters().connections.add();
  decide(Hook::kOnNewConn, {ip()}, &Session::new_connection_decided);
  return true;
}

void Session::on_bytes(std::string_view bytes) {
  heard_at_ = core_.now();
  input_.append(bytes);
  process();
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
  core_.retire(*this);
}

void Session::process() {
  while (phase_ != Phase::kLeft && !is_waiting() && !is_held_back_) {
    if (!take_command()) {
      break;
    }
    if (may_begin()) {
      begin_command();
    } else {
      is_held_back_ = true;
    }
  }
  if (phase_ != Phase::kLeft && input_.too_long()) {
    malformed("a command is too long");
  }
  const std::size_t bound = core_.config().max_command_bytes + kReadAhead;
  if (input_.buffered() > bound) {
    connection_.read(false);
  } else if (input_.buffered() <= bound / 2 && phase_ != Phase::kNew) {
    connection_.read(true);
  }
}

// The next command, if there is one and its sender may send it.
bool Session::take_command() {
  command_at_ = core_.now();
  if (!injected_.empty()) {
    command_ = std::move(injected_.front());
    injected_.pop_front();
    return true;
  }
  const auto raw = input_.next();
  if (!raw) {
    return false;
  }
  if (!flood_.take(command_at_)) {
    core_.counters().floods.add();
    disconnect(CloseReason::kSyntax, "You are sending too many commands.");
    return false;
  }
  command_.assign(*raw);
  return true;
}

bool Session::inject(std::string command) {
  if (injected_.size() >= kMostInjected) {
    return false;
  }
  injected_.push_back(std::move(command));
  // Not from here: this may be inside of what the session is just doing.
  core_.at_end_of_turn([weak = weak_from_this()] {
    if (const auto self = weak.lock()) {
      self->resume();
    }
  });
  return true;
}

void Session::resume() {
  if (phase_ == Phase::kLeft || is_waiting()) {
    return;
  }
  if (is_held_back_) {
    if (!may_begin()) {
      return;
    }
    is_held_back_ = false;
    begin_command();
  }
  process();
}

void Session::begin_command() {
  if (command_.empty()) {
    return;
  }
  if (nick_.empty()) {
    decide(Hook::kOnParsedMsgAnyEx, {ip(), command_}, &Session::any_decided);
  } else {
    decide(Hook::kOnParsedMsgAny, {nick_, command_}, &Session::any_decided);
  }
}

void Session::any_decided(const Verdict& verdict) {
  if (verdict.allowed) {
    dispatch();
  }
}

void Session::dispatch() {
  const auto* handler = find_handler(command().kind);
  if (handler == nullptr) {
    malformed("that is not a command");
  } else if (phase_ < handler->from) {
    malformed("that command comes too early: log in first");
  } else if (phase_ <= handler->to) {
    (this->*handler->handle)();
  }
}

void Session::decide(Hook hook, std::initializer_list<HookArg> args, Step next) {
  if (core_.scripts().fire(hook, args, *this)) {
    core_.counters().hook_events.add();
    next_ = next;
    waiting_ = shared_from_this();
    return;
  }
  static const Verdict kGoOn;
  go_on(next, kGoOn);
}

void Session::send_lines(const Verdict& verdict) {
  for (const auto& line : verdict.protocol_lines) {
    send(line);
    if (!line.ends_with('|')) {
      send("|");
    }
  }
}

void Session::go_on(Step next, const Verdict& verdict) {
  send_lines(verdict);
  (this->*next)(verdict);
}

void Session::on_verdict(const Verdict& verdict) noexcept {
  const auto self = std::move(waiting_);
  if (verdict.late != 0) {
    core_.counters().late_verdicts.add();
  }
  if (phase_ == Phase::kLeft) {
    act_ = nullptr;
    return;
  }
  go_on(next_, verdict);
  process();
}

void Session::ignore(const Verdict& /*verdict*/) {}

void Session::say(std::string_view text) {
  send(nmdc::make_chat(core_.config().bot_name, nmdc::escape_text(text)));
}

void Session::say_privately(std::string_view text) {
  const auto& bot = core_.config().bot_name;
  send(nmdc::make_private(nick_, bot, bot, nmdc::escape_text(text)));
}

void Session::malformed(std::string_view what) {
  core_.counters().protocol_errors.add();
  spdlog::info("{} ({}): {}", ip(), nick_, what);
  disconnect(CloseReason::kSyntax, std::string("Protocol error: ").append(what).append("."));
}

void Session::disconnect(CloseReason reason, std::string_view last_words) {
  if (phase_ == Phase::kLeft) {
    return;
  }
  if (!last_words.empty()) {
    say(last_words);
  }
  leave(reason);
  connection_.finish();
}

void Session::disconnect_at(TimePoint when, CloseReason reason) {
  if (when < ends_at_) {
    ends_at_ = when;
    ends_with_ = reason;
  }
}

void Session::disconnect_now(CloseReason reason) {
  leave(reason);
  if (!connection_.is_closed()) {
    connection_.flush();  // may end it by itself
  }
  if (!connection_.is_closed()) {
    retire();
  }
}

void Session::leave(CloseReason reason) {
  if (phase_ == Phase::kLeft) {
    return;
  }
  const bool was_listed = phase_ >= Phase::kEntering;
  phase_ = Phase::kLeft;
  left_at_ = core_.now();
  input_.clear();
  core_.counters().chat_abandoned.add(chat_.size());
  core_.roster().remove(*this);
  if (was_listed) {
    if (!core_.is_closing()) {
      core_.roster().broadcast(nmdc::make({"$Quit ", nick_}));
    }
    core_.post(Hook::kOnUserLogout, {nick_});
  }
  core_.post(Hook::kOnCloseConn, {ip()});
  core_.post(Hook::kOnCloseConnEx,
             {ip(), static_cast<int>(reason), nick_.empty() ? wanted_nick_ : nick_});
}

void Session::check_timeouts(TimePoint now) {
  const auto& config = core_.config();
  if (connection_.is_closed()) {
    return;
  }
  if (phase_ == Phase::kLeft) {
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

}  // namespace hookline::hub
