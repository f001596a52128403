#include "hub/session/chat_flow.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <tuple>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "hub/base/counters.h"
#include "hub/nmdc/nick.h"
#include "hub/scripts/script_events.h"
#include "hub/session/roster.h"
#include "hub/session/session.h"

namespace hookline::hub {

ChatFlow::ChatFlow(Session& session, CommandProcessor& commands, const Needs& hub)
    : session_(session),
      commands_(commands),
      hub_(hub),
      pipeline_(session, *this, hub.scripts, hub.counters) {}

bool ChatFlow::is_plain_chat() const {
  const auto chat = nmdc::parse_chat(commands_.command());
  return chat && chat->nick == session_.nick() && !nmdc::is_chat_command(chat->text);
}

void ChatFlow::handle_chat() {
  const auto& command = commands_.command();
  const auto chat = nmdc::parse_chat(command);
  if (!chat) {
    commands_.malformed("a malformed chat line");
  } else if (!commands_.is_own_nick(chat->nick)) {
    return;
  } else if (nmdc::is_chat_command(chat->text)) {
    begin_chat_command(chat->text, false);
  } else if (!commands_.is_restricted(Restriction::kChat, "chat") &&
             !commands_.waits_for_room(verlihub::kOnParsedMsgChat,
                                       [this, text = chat->text] { ask_about_line(text); })) {
    ask_about_line(chat->text);
  }
}

void ChatFlow::ask_about_line(std::string_view text) {
  hub_.counters.chat_lines.add();
  pipeline_.ask(commands_.command(), text, commands_.command_at());
}

void ChatFlow::chat_decided(std::string& command, TimePoint received, const Decision& decision) {
  if (session_.has_left()) {
    return;
  }
  auto& counters = hub_.counters;
  const auto took = std::chrono::nanoseconds(hub_.clock.now() - received).count();
  counters.chat_decision_ns.record(took > 0 ? static_cast<std::uint64_t>(took) : 0);
  commands_.send_lines(decision);
  if (!decision.allowed) {
    counters.chat_blocked.add();
    commands_.tell_if_unchecked(decision);
  } else if (const auto replacement = verlihub::replacement(decision)) {
    counters.chat_replaced.add();
    broadcast_replaced(command, *replacement);
  } else {
    counters.chat_allowed.add();
    command.push_back('|');  // sent on as it came, byte for byte
    hub_.roster.broadcast(command);
  }
}

void ChatFlow::broadcast_replaced(std::string_view command,
                                  const verlihub::Replacement& replacement) {
  const auto chat = nmdc::parse_chat(command).value_or(nmdc::Chat());
  const auto& [nick, text] = std::tie(replacement.parts[0], replacement.parts[1]);
  const bool is_nick = nick && !nick->empty() && !nick->contains('>');
  if (nick && !is_nick) {
    spdlog::warn("OnParsedMsgChat of {}: '{}' cannot be a nick; its own stays", session_.nick(),
                 *nick);
  }
  const bool is_text = text && text->size() <= hub_.config.max_command_bytes;
  if (text && !is_text) {
    spdlog::warn(
        "OnParsedMsgChat of {}: a text of {} bytes is longer than max_command_bytes; its own stays",
        session_.nick(), text->size());
  }
  hub_.roster.broadcast(
      nmdc::make_chat(is_nick ? nmdc::escape_text(*nick) : session_.nick(),
                      is_text ? nmdc::escape_text(*text) : std::string(chat.text)));
}

void ChatFlow::handle_private() {
  const auto message = nmdc::parse_private(commands_.args());
  if (!message) {
    commands_.malformed("a malformed private message");
    return;
  }
  if (!commands_.is_own_nick(message->from) || !commands_.is_own_nick(message->shown)) {
    return;
  }
  const auto& config = hub_.config;
  if (same_nick(message->to, config.bot_name) && nmdc::is_chat_command(message->text)) {
    begin_chat_command(message->text, true);
  } else if (commands_.is_restricted(Restriction::kPrivate, "send private messages")) {
    return;
  } else if (!same_nick(message->to, config.op_chat_name)) {
    commands_.decide(verlihub::kOnParsedMsgPM, {session_.nick(), message->text, message->to},
                     NextStep::to<&ChatFlow::private_decided>(this));
  } else if (session_.is_operator()) {
    commands_.decide(verlihub::kOnOpChatMessage, {session_.nick(), message->text},
                     NextStep::to<&ChatFlow::op_chat_decided>(this));
  } else {
    session_.say_privately("Only operators may use " + config.op_chat_name + ".");
  }
}

void ChatFlow::private_decided(const Decision& decision) {
  if (!decision.allowed) {
    return;
  }
  auto& command = commands_.command();
  const auto message = nmdc::parse_private(commands_.args()).value_or(nmdc::PrivateMessage());
  if (auto* target = hub_.roster.find_online(message.to); target != nullptr) {
    command.push_back('|');
    target->send(command);
  } else if (!hub_.roster.is_bot(message.to)) {
    session_.say(std::string(message.to) + " is not here.");
  }
}

void ChatFlow::op_chat_decided(const Decision& decision) {
  if (!decision.allowed) {
    return;
  }
  const auto message = nmdc::parse_private(commands_.args()).value_or(nmdc::PrivateMessage());
  for (auto* other : hub_.roster.online()) {
    if (other != &session_ && other->is_operator()) {
      other->send(nmdc::make_private(other->nick(), hub_.config.op_chat_name, session_.nick(),
                                     message.text));
    }
  }
}

void ChatFlow::handle_main_chat_to() {
  const auto message = nmdc::parse_main_chat_to(commands_.args());
  if (!message) {
    commands_.malformed("a malformed $MCTo");
  } else if (commands_.is_own_nick(message->from) &&
             !commands_.is_restricted(Restriction::kPrivate, "send private messages")) {
    commands_.decide(verlihub::kOnParsedMsgMCTo, {session_.nick(), message->text, message->to},
                     NextStep::to<&ChatFlow::main_chat_to_decided>(this));
  }
}

void ChatFlow::main_chat_to_decided(const Decision& decision) {
  const auto message = nmdc::parse_main_chat_to(commands_.args()).value_or(nmdc::MainChatTo());
  auto* target = decision.allowed ? hub_.roster.find_online(message.to) : nullptr;
  if (target == nullptr) {
    return;
  }
  // A client that does not know the command gets an ordinary chat line.
  target->send(target->has(nmdc::kMcTo) ? commands_.command() + "|"
                                        : nmdc::make_chat(session_.nick(), message.text));
}

void ChatFlow::begin_chat_command(std::string_view text, bool in_private) {
  chat_command_ = text;
  commands_.answer_privately(in_private);
  commands_.decide(verlihub::kOnHubCommand,
                   {session_.nick(), text.substr(1), session_.user_class(), in_private ? 1 : 0,
                    text.substr(0, 1)},
                   NextStep::to<&ChatFlow::hub_command_decided>(this));
}

void ChatFlow::hub_command_decided(const Decision& decision) {
  if (decision.allowed) {
    const bool is_of_operator = session_.is_operator() && chat_command_.starts_with('!');
    commands_.decide(is_of_operator ? verlihub::kOnOperatorCommand : verlihub::kOnUserCommand,
                     {session_.nick(), chat_command_},
                     NextStep::to<&ChatFlow::user_command_decided>(this));
  }
}

void ChatFlow::user_command_decided(const Decision& decision) {
  if (!decision.allowed) {
    return;
  }
  const auto answer = hub_.chat_commands.run(session_, chat_command_);
  if (!answer.empty()) {
    commands_.answerer()(answer);
  }
}

}  // namespace hookline::hub
