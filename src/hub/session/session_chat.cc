#include <spdlog/spdlog.h>

#include <chrono>
#include <tuple>
#include <utility>

#include "hub/commands/chat_commands.h"
#include "hub/session/session.h"

namespace hookline::hub {

bool Session::is_own_nick(std::string_view nick) {
  if (nick != nick_) {
    malformed("a command in somebody else's name");
  }
  return nick == nick_;
}

bool Session::is_restricted(Restriction what, std::string_view act) {
  const auto until = core_.state().restrictions().until(nick_, what);
  if (until != 0) {
    say("You may not " + std::string(act) + " until " + time_text(until) + ".");
  }
  return until != 0;
}

bool Session::is_plain_chat() const {
  const auto chat = nmdc::parse_chat(command_);
  return chat && chat->nick == nick_ && !is_chat_command(chat->text);
}

void Session::handle_chat() {
  const auto chat = nmdc::parse_chat(command_);
  if (!chat) {
    malformed("a malformed chat line");
  } else if (!is_own_nick(chat->nick)) {
    return;
  } else if (is_chat_command(chat->text)) {
    begin_chat_command(chat->text, false);
  } else if (!is_restricted(Restriction::kChat, "chat")) {
    core_.counters().chat_lines.add();
    chat_.ask(command_, chat->text, command_at_);
  }
}

void Session::chat_decided(std::string& command, TimePoint received, const Verdict& verdict) {
  if (phase_ == Phase::kLeft) {
    return;
  }
  auto& counters = core_.counters();
  const auto took = std::chrono::nanoseconds(core_.now() - received).count();
  counters.chat_verdict_ns.record(took > 0 ? static_cast<std::uint64_t>(took) : 0);
  send_lines(verdict);
  if (!verdict.allowed) {
    counters.chat_blocked.add();
    return;
  }
  if (!verdict.replacement) {
    counters.chat_allowed.add();
    command.push_back('|');  // as it came, byte for byte
    core_.roster().broadcast(command);
    return;
  }
  counters.chat_replaced.add();
  const auto chat = nmdc::parse_chat(command).value_or(nmdc::Chat());
  const auto& [nick, text] = std::tie(verdict.replacement->parts[0], verdict.replacement->parts[1]);
  const bool is_nick = nick && !nick->empty() && !nick->contains('>');
  if (nick && !is_nick) {
    spdlog::warn("OnParsedMsgChat of {}: '{}' cannot be a nick; its own stays", nick_, *nick);
  }
  core_.roster().broadcast(
      nmdc::make_chat(is_nick ? nmdc::escape_text(*nick) : nick_,
                      text ? nmdc::escape_text(*text) : std::string(chat.text)));
}

void Session::handle_private() {
  const auto message = nmdc::parse_private(command().args);
  if (!message) {
    malformed("a malformed private message");
    return;
  }
  if (!is_own_nick(message->from) || !is_own_nick(message->shown)) {
    return;
  }
  const auto& config = core_.config();
  if (same_nick(message->to, config.bot_name) && is_chat_command(message->text)) {
    begin_chat_command(message->text, true);
  } else if (is_restricted(Restriction::kPrivate, "send private messages")) {
    return;
  } else if (!same_nick(message->to, config.op_chat_name)) {
    decide(Hook::kOnParsedMsgPM, {nick_, message->text, message->to}, &Session::private_decided);
  } else if (is_operator()) {
    decide(Hook::kOnOpChatMessage, {nick_, message->text}, &Session::op_chat_decided);
  } else {
    say_privately("Only operators may use " + config.op_chat_name + ".");
  }
}

void Session::private_decided(const Verdict& verdict) {
  if (!verdict.allowed) {
    return;
  }
  const auto message = nmdc::parse_private(command().args).value_or(nmdc::PrivateMessage());
  if (auto* target = core_.roster().find_online(message.to); target != nullptr) {
    command_.push_back('|');
    target->send(command_);
  } else if (!core_.roster().is_bot(message.to)) {
    say(std::string(message.to) + " is not here.");
  }
}

void Session::op_chat_decided(const Verdict& verdict) {
  if (!verdict.allowed) {
    return;
  }
  const auto message = nmdc::parse_private(command().args).value_or(nmdc::PrivateMessage());
  for (auto* other : core_.roster().online()) {
    if (other != this && other->is_operator()) {
      other->send(
          nmdc::make_private(other->nick(), core_.config().op_chat_name, nick_, message.text));
    }
  }
}

void Session::handle_main_chat_to() {
  const auto message = nmdc::parse_main_chat_to(command().args);
  if (!message) {
    malformed("a malformed $MCTo");
  } else if (is_own_nick(message->from) &&
             !is_restricted(Restriction::kPrivate, "send private messages")) {
    decide(Hook::kOnParsedMsgMCTo, {nick_, message->text, message->to},
           &Session::main_chat_to_decided);
  }
}

void Session::main_chat_to_decided(const Verdict& verdict) {
  const auto message = nmdc::parse_main_chat_to(command().args).value_or(nmdc::MainChatTo());
  auto* target = verdict.allowed ? core_.roster().find_online(message.to) : nullptr;
  if (target == nullptr) {
    return;
  }
  // Who does not know the command sees an ordinary chat line.
  target->send(target->has(nmdc::kMcTo) ? command_ + "|" : nmdc::make_chat(nick_, message.text));
}

void Session::begin_chat_command(std::string_view text, bool in_private) {
  chat_command_ = text;
  is_private_command_ = in_private;
  decide(Hook::kOnHubCommand,
         {nick_, text.substr(1), user_class_, in_private ? 1 : 0, text.substr(0, 1)},
         &Session::hub_command_decided);
}

void Session::hub_command_decided(const Verdict& verdict) {
  if (verdict.allowed) {
    const bool is_of_operator = is_operator() && chat_command_.starts_with('!');
    decide(is_of_operator ? Hook::kOnOperatorCommand : Hook::kOnUserCommand, {nick_, chat_command_},
           &Session::user_command_decided);
  }
}

void Session::user_command_decided(const Verdict& verdict) {
  if (!verdict.allowed) {
    return;
  }
  const auto answer = run_chat_command(core_, *this, chat_command_);
  if (!answer.empty()) {
    answerer()(answer);
  }
}

void Session::if_allowed(Hook hook, std::initializer_list<HookArg> args,
                         std::function<void()> act) {
  act_ = std::move(act);
  decide(hook, args, &Session::act_decided);
}

void Session::act_decided(const Verdict& verdict) {
  const auto act = std::exchange(act_, nullptr);
  if (verdict.allowed) {
    act();
  } else {
    answerer()("A script has refused that.");
  }
}

std::function<void(std::string_view)> Session::answerer() {
  return [weak = weak_from_this(), privately = is_private_command_](std::string_view text) {
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

}  // namespace hookline::hub
