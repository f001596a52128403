#include "hub/session/command_processor.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <utility>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "hub/base/counters.h"
#include "hub/base/text.h"
#include "hub/scripts/room_queue.h"
#include "hub/scripts/script_events.h"
#include "hub/session/session.h"
#include "hub/session/sessions.h"

namespace hookline::hub {
namespace {

using nmdc::CommandKind;

// The number of bytes that a client may send ahead while a decision is pending, beyond one command
// of full length.
constexpr std::size_t kReadAhead = 65'536;

}  // namespace

// Says in which phases a command is allowed, and which flow handles it. Before `from` the command
// is a protocol error; after `to` it comes too late and is ignored.
struct CommandProcessor::Handler {
  CommandKind kind;
  Phase from;
  Phase to;
  void (*handle)(CommandProcessor&);

  template <auto Flow, auto Method>
  static void run(CommandProcessor& self) {
    ((self.*Flow).*Method)();
  }
};

const CommandProcessor::Handler* CommandProcessor::find_handler(CommandKind kind) noexcept {
  using enum Phase;
  constexpr auto kLogin = &CommandProcessor::login_;
  constexpr auto kUser = &CommandProcessor::info_;
  constexpr auto kTalk = &CommandProcessor::chat_;
  constexpr auto kPeers = &CommandProcessor::peers_;
  static constexpr auto kHandlers = std::to_array<Handler>({
      {CommandKind::kChat, kOnline, kOnline, &Handler::run<kTalk, &ChatFlow::handle_chat>},
      {CommandKind::kTo, kOnline, kOnline, &Handler::run<kTalk, &ChatFlow::handle_private>},
      {CommandKind::kMcTo, kOnline, kOnline, &Handler::run<kTalk, &ChatFlow::handle_main_chat_to>},
      {CommandKind::kSearch, kOnline, kOnline, &Handler::run<kPeers, &PeerFlow::handle_search>},
      {CommandKind::kSearchResult, kOnline, kOnline,
       &Handler::run<kPeers, &PeerFlow::handle_search_result>},
      {CommandKind::kConnectToMe, kOnline, kOnline,
       &Handler::run<kPeers, &PeerFlow::handle_connect_to_me>},
      {CommandKind::kRevConnectToMe, kOnline, kOnline,
       &Handler::run<kPeers, &PeerFlow::handle_rev_connect_to_me>},
      {CommandKind::kMyInfo, kInfo, kOnline, &Handler::run<kUser, &InfoFlow::handle_my_info>},
      {CommandKind::kGetInfo, kInfo, kOnline, &Handler::run<kUser, &InfoFlow::handle_get_info>},
      {CommandKind::kUserIp, kInfo, kOnline, &Handler::run<kUser, &InfoFlow::handle_user_ip>},
      {CommandKind::kMyHubUrl, kInfo, kOnline, &Handler::run<kUser, &InfoFlow::handle_my_hub_url>},
      {CommandKind::kExtJson, kInfo, kOnline, &Handler::run<kUser, &InfoFlow::handle_ext_json>},
      {CommandKind::kKick, kOnline, kOnline, &Handler::run<kPeers, &PeerFlow::handle_kick>},
      {CommandKind::kSupports, kNick, kNick, &Handler::run<kLogin, &LoginFlow::handle_supports>},
      {CommandKind::kMyNick, kNick, kNick, &Handler::run<kLogin, &LoginFlow::handle_my_nick>},
      {CommandKind::kPeerLock, kNick, kNick, &Handler::run<kLogin, &LoginFlow::handle_lock>},
      {CommandKind::kKey, kNick, kNick, &Handler::run<kLogin, &LoginFlow::handle_key>},
      {CommandKind::kValidateNick, kNick, kPassword,
       &Handler::run<kLogin, &LoginFlow::handle_validate_nick>},
      {CommandKind::kMyPass, kPassword, kPassword,
       &Handler::run<kLogin, &LoginFlow::handle_password>},
      {CommandKind::kVersion, kNick, kOnline, &Handler::run<kLogin, &LoginFlow::handle_version>},
      {CommandKind::kGetNickList, kNick, kOnline,
       &Handler::run<kUser, &InfoFlow::handle_nick_list>},
      {CommandKind::kBotInfo, kNick, kOnline, &Handler::run<kUser, &InfoFlow::handle_bot_info>},
      {CommandKind::kQuit, kNick, kOnline,
       [](CommandProcessor& self) { self.session_.disconnect(CloseReason::kQuit); }},
      {CommandKind::kUnknown, kNick, kOnline,
       [](CommandProcessor& self) {
         self.decide(verlihub::kOnUnknownMsg, {self.session_.nick(), self.command_}, {});
       }},
  });
  const auto* row = std::ranges::find(kHandlers, kind, &Handler::kind);
  return row == kHandlers.end() ? nullptr : row;
}

CommandProcessor::CommandProcessor(Session& session, const Needs& hub)
    : session_(session),
      hub_(hub),
      input_(hub.config.max_command_bytes,
             FloodLimit(hub.config.commands_per_second, hub.config.command_burst, hub.clock.now())),
      login_(session, *this, hub.login),
      info_(session, *this, hub.info),
      chat_(session, *this, hub.chat),
      peers_(session, *this, hub.peers) {}

void CommandProcessor::on_bytes(std::string_view bytes) {
  input_.append(bytes);
  process();
}

void CommandProcessor::on_left() {
  input_.clear();
  held_ = nullptr;
  act_ = nullptr;
  hub_.counters.chat_abandoned.add(chat_.pipeline().size());
}

void CommandProcessor::process() {
  while (!session_.has_left() && !is_waiting() && !is_held_back_) {
    if (!take_command()) {
      break;
    }
    if (may_begin()) {
      begin_command();
    } else {
      is_held_back_ = true;
    }
  }
  if (!session_.has_left() && input_.too_long()) {
    malformed("a command is too long");
  }
  const std::size_t bound = hub_.config.max_command_bytes + kReadAhead;
  if (input_.buffered() > bound) {
    session_.read(false);
  } else if (input_.buffered() <= bound / 2 && session_.phase() != Phase::kNew) {
    session_.read(true);
  }
}

bool CommandProcessor::take_command() {
  command_at_ = hub_.clock.now();
  const auto next = input_.next(command_, command_at_);
  if (next == CommandInput::Next::kFlood) {
    hub_.counters.floods.add();
    session_.disconnect(CloseReason::kSyntax, "You are sending too many commands.");
  }
  return next == CommandInput::Next::kCommand;
}

bool CommandProcessor::inject(std::string command) {
  if (!input_.inject(std::move(command))) {
    return false;
  }
  // The processing must not continue inside this function, which may be called while the session is
  // processing a command.
  hub_.sessions.at_end_of_turn([weak = session_.weak_from_this()] {
    if (const auto session = weak.lock()) {
      session->commands().resume();
    }
  });
  return true;
}

void CommandProcessor::resume() {
  if (session_.has_left() || is_waiting()) {
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

void CommandProcessor::begin_command() {
  if (command_.empty()) {
    return;
  }
  const auto next = NextStep::to<&CommandProcessor::any_decided>(this);
  if (session_.nick().empty()) {
    decide(verlihub::kOnParsedMsgAnyEx, {session_.ip(), command_}, next);
  } else {
    decide(verlihub::kOnParsedMsgAny, {session_.nick(), command_}, next);
  }
}

void CommandProcessor::any_decided(const Decision& decision) {
  if (decision.allowed) {
    dispatch();
  }
}

void CommandProcessor::dispatch() {
  const auto* handler = find_handler(nmdc::read_command(command_).kind);
  if (handler == nullptr) {
    malformed("that is not a command");
  } else if (session_.phase() < handler->from) {
    malformed("that command comes too early: log in first");
  } else if (session_.phase() <= handler->to) {
    handler->handle(*this);
  }
}

void CommandProcessor::decide(Hook hook, std::initializer_list<Argument> args, NextStep next) {
  if (must_wait(hook)) [[unlikely]] {
    List kept;
    for (const Argument& arg : args) {
      kept.push_back(arg.to_value());
    }
    hold(hook, [this, hook, kept = std::move(kept), next] {
      go_on_with(next, hub_.scripts.ask(hook, kept, *this));
    });
    return;
  }
  go_on_with(next, hub_.scripts.ask(hook, args, *this));
}

void CommandProcessor::go_on_with(NextStep next, bool is_asked) {
  if (is_asked) {
    next_ = next;
    waiting_ = session_.shared_from_this();
    return;
  }
  static const Decision kGoOn;
  next.run(kGoOn);
}

bool CommandProcessor::must_wait(Hook hook) const { return hub_.room.must_wait(hook); }

void CommandProcessor::hold(Hook hook, std::function<void()> go_on) {
  hub_.counters.held_commands.add();
  held_ = std::move(go_on);
  hub_.room.wait(hook, [weak = session_.weak_from_this()] {
    if (const auto session = weak.lock()) {
      session->commands().on_room();
    }
  });
}

void CommandProcessor::on_room() {
  if (const auto go_on = std::exchange(held_, nullptr)) {  // the user has not left
    go_on();
    process();
  }
}

void CommandProcessor::send_lines(const Decision& decision) {
  for (const std::string_view line : verlihub::protocol_lines(decision)) {
    session_.send(line);
    if (!line.ends_with('|')) {
      session_.send("|");
    }
  }
}

void CommandProcessor::tell_if_unchecked(const Decision& decision) {
  if (decision.blocked_by_default) {
    session_.say(
        "The scripts of this hub have not answered in time, so that was dropped: try again later.");
  }
}

void CommandProcessor::on_decision(const Decision& decision) noexcept {
  const auto keep_alive = std::move(waiting_);
  if (decision.late != 0) {
    hub_.counters.late_decisions.add();
  }
  if (session_.has_left()) {
    act_ = nullptr;
    return;
  }
  send_lines(decision);
  const auto next = next_;  // the step may set another one
  if (next.acts()) {
    tell_if_unchecked(decision);
  }
  next.run(decision);
  process();
}

void CommandProcessor::malformed(std::string_view what) {
  hub_.counters.protocol_errors.add();
  spdlog::info("{} ({}): {}", session_.ip(), session_.nick(), what);
  session_.disconnect(CloseReason::kSyntax, std::string("Protocol error: ").append(what) + ".");
}

bool CommandProcessor::is_own_nick(std::string_view nick) {
  const bool is_own = nick == session_.nick();
  if (!is_own) {
    malformed("a command in somebody else's name");
  }
  return is_own;
}

bool CommandProcessor::is_restricted(Restriction what, std::string_view act) {
  const auto until = hub_.restrictions.until(session_.nick(), what);
  if (until != 0) {
    session_.say("You may not " + std::string(act) + " until " + time_text(until) + ".");
  }
  return until != 0;
}

void CommandProcessor::if_allowed(Hook hook, std::initializer_list<Argument> args,
                                  std::function<void()> act) {
  act_ = std::move(act);
  decide(hook, args, NextStep::to<&CommandProcessor::act_decided>(this));
}

void CommandProcessor::act_decided(const Decision& decision) {
  const auto act = std::exchange(act_, nullptr);
  if (decision.allowed) {
    act();
  } else if (!decision.blocked_by_default) {  // then the user has been told already
    answerer()("A script has refused that.");
  }
}

std::function<void(std::string_view)> CommandProcessor::answerer() {
  return [weak = session_.weak_from_this(), privately = answers_privately_](std::string_view text) {
    const auto session = weak.lock();
    if (session == nullptr || !session->is_online()) {
      return;
    }
    if (privately) {
      session->say_privately(text);
    } else {
      session->say(text);
    }
  };
}

void CommandProcessor::answer_later(Future<Value> outcome, std::string done, std::string not_done) {
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the job owns what answerer() made
  outcome.deliver_to(hub_.scripts.host().host_executor(),
                     [answer = answerer(), done = std::move(done),
                      not_done = std::move(not_done)](const Result<Value>& result) {
                       if (!result) {
                         answer("That could not be stored: " + result.error().message);
                       } else {
                         answer(*result == Value(true) ? done : not_done);
                       }
                     });
}

}  // namespace hookline::hub
