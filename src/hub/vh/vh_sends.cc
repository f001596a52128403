#include "hub/vh/vh_sends.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hub/nmdc/nmdc.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"

namespace hookline::hub {

namespace {

std::string complete(std::string_view data) {
  std::string out(data);
  if (!out.ends_with('|')) {
    out.push_back('|');
  }
  return out;
}

// Who has said nothing of its mode cannot be relied on to be reachable.
Result<Value> send_to_mode(HubCore& core, const VhArgs& args, bool is_active,
                           std::int64_t min_class, std::int64_t max_class) {
  const auto line = complete(args.text(0));
  for (auto* user : core.roster().online()) {
    if (user->user()->is_active == is_active && user->user_class() >= min_class &&
        user->user_class() <= max_class) {
      user->send(line);
    }
  }
  return true;
}

// A script has spoken as somebody in main chat. It knows; the others are told.
void tell_of_bot_message(HubCore& core, const VhArgs& args, std::size_t nick_at,
                         std::int64_t min_class, std::int64_t max_class) {
  if (core.scripts().hooked(Hook::kOnPublicBotMessage)) {
    core.post_to_others(
        args.caller().id, Hook::kOnPublicBotMessage,
        {args.text_or(nick_at, core.config().bot_name), args.text(0), min_class, max_class});
  }
}

std::string chat_as(const HubCore& core, const VhArgs& args, std::size_t nick_at) {
  return nmdc::make_chat(nmdc::escape_text(args.text_or(nick_at, core.config().bot_name)),
                         nmdc::escape_text(args.text(0)));
}

}  // namespace

// The delay of the raw sends says that they may wait to leave with what follows. They always
// do.
Result<Value> send_data_to_user(HubCore& core, const VhArgs& args) {
  auto* user = core.roster().find(args.text(1));
  if (user != nullptr) {
    user->send(complete(args.text(0)));
  }
  return user != nullptr;
}

Result<Value> send_data_to_all(HubCore& core, const VhArgs& args) {
  core.roster().broadcast(complete(args.text(0)), args.number(1), args.number(2));
  return true;
}

Result<Value> send_to_active(HubCore& core, const VhArgs& args) {
  return send_to_mode(core, args, true, kClassGuest, kClassMaster);
}

Result<Value> send_to_passive(HubCore& core, const VhArgs& args) {
  return send_to_mode(core, args, false, kClassGuest, kClassMaster);
}

Result<Value> send_to_active_class(HubCore& core, const VhArgs& args) {
  return send_to_mode(core, args, true, args.number(1), args.number(2));
}

Result<Value> send_to_passive_class(HubCore& core, const VhArgs& args) {
  return send_to_mode(core, args, false, args.number(1), args.number(2));
}

void tell_operators(HubCore& core, std::string_view shown, std::string_view text) {
  const auto& op_chat = core.config().op_chat_name;
  const auto nick = nmdc::escape_text(shown);
  const auto message = nmdc::escape_text(text);
  for (auto* user : core.roster().online()) {
    if (user->is_operator()) {
      user->send(nmdc::make_private(user->nick(), op_chat, nick, message));
    }
  }
}

Result<Value> send_to_op_chat(HubCore& core, const VhArgs& args) {
  tell_operators(core, args.text_or(1, core.config().op_chat_name), args.text(0));
  return true;
}

Result<Value> send_pm_to_all(HubCore& core, const VhArgs& args) {
  const auto from = nmdc::escape_text(args.text_or(1, core.config().bot_name));
  const auto text = nmdc::escape_text(args.text(0));
  for (auto* user : core.roster().online()) {
    if (user->user_class() >= args.number(2) && user->user_class() <= args.number(3)) {
      user->send(nmdc::make_private(user->nick(), from, from, text));
    }
  }
  return true;
}

Result<Value> mc(HubCore& core, const VhArgs& args) {
  core.roster().broadcast(chat_as(core, args, 1));
  tell_of_bot_message(core, args, 1, kClassGuest, kClassMaster);
  return true;
}

Result<Value> usermc(HubCore& core, const VhArgs& args) {
  auto* user = core.roster().find(args.text(1));
  if (user != nullptr) {
    user->send(chat_as(core, args, 2));
  }
  return user != nullptr;
}

Result<Value> classmc(HubCore& core, const VhArgs& args) {
  core.roster().broadcast(chat_as(core, args, 3), args.number(1), args.number(2));
  tell_of_bot_message(core, args, 3, args.number(1), args.number(2));
  return true;
}

Result<Value> pm(HubCore& core, const VhArgs& args) {
  auto* user = core.roster().find(args.text(1));
  if (user != nullptr) {
    const auto from = nmdc::escape_text(args.text_or(2, core.config().bot_name));
    const auto shown = nmdc::escape_text(args.text_or(3, from));
    user->send(nmdc::make_private(user->nick(), from, shown, nmdc::escape_text(args.text(0))));
  }
  return user != nullptr;
}

}  // namespace hookline::hub
