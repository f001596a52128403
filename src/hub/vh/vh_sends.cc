#include "hub/vh/vh_sends.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/verlihub/hooks.h"
#include "hub/nmdc/nmdc.h"
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

}  // namespace

// Sends to all users in this mode. Users that never announced a mode count as passive.
Result<Value> VhSends::send_to_mode(const VhArgs& args, bool is_active, std::int64_t min_class,
                                    std::int64_t max_class) {
  const auto line = complete(args.text(0));
  for (auto* user : roster_.online()) {
    if (user->user()->is_active == is_active && user->user_class() >= min_class &&
        user->user_class() <= max_class) {
      user->send(line);
    }
  }
  return true;
}

// Tells the other scripts that this one has spoken in main chat.
void VhSends::tell_of_bot_message(const VhArgs& args, std::size_t nick_at, std::int64_t min_class,
                                  std::int64_t max_class) {
  if (scripts_.hooked(verlihub::kOnPublicBotMessage)) {
    scripts_.post_to_others(
        args.caller().id, verlihub::kOnPublicBotMessage,
        {args.text_or(nick_at, config_.bot_name), args.text(0), min_class, max_class});
  }
}

std::string VhSends::chat_as(const VhArgs& args, std::size_t nick_at) const {
  return nmdc::make_chat(nmdc::escape_text(args.text_or(nick_at, config_.bot_name)),
                         nmdc::escape_text(args.text(0)));
}

Result<Value> VhSends::send_data_to_user(const VhArgs& args) {
  auto* user = roster_.find(args.text(1));
  if (user != nullptr) {
    user->send(complete(args.text(0)));
  }
  return user != nullptr;
}

Result<Value> VhSends::send_data_to_all(const VhArgs& args) {
  roster_.broadcast(complete(args.text(0)), args.number(1), args.number(2));
  return true;
}

Result<Value> VhSends::send_to_active(const VhArgs& args) {
  return send_to_mode(args, true, kClassGuest, kClassMaster);
}

Result<Value> VhSends::send_to_passive(const VhArgs& args) {
  return send_to_mode(args, false, kClassGuest, kClassMaster);
}

Result<Value> VhSends::send_to_active_class(const VhArgs& args) {
  return send_to_mode(args, true, args.number(1), args.number(2));
}

Result<Value> VhSends::send_to_passive_class(const VhArgs& args) {
  return send_to_mode(args, false, args.number(1), args.number(2));
}

Result<Value> VhSends::send_to_op_chat(const VhArgs& args) {
  announcer_.tell_operators(args.text_or(1, config_.op_chat_name), args.text(0));
  return true;
}

Result<Value> VhSends::send_pm_to_all(const VhArgs& args) {
  const auto from = nmdc::escape_text(args.text_or(1, config_.bot_name));
  const auto text = nmdc::escape_text(args.text(0));
  for (auto* user : roster_.online()) {
    if (user->user_class() >= args.number(2) && user->user_class() <= args.number(3)) {
      user->send(nmdc::make_private(user->nick(), from, from, text));
    }
  }
  return true;
}

Result<Value> VhSends::mc(const VhArgs& args) {
  roster_.broadcast(chat_as(args, 1));
  tell_of_bot_message(args, 1, kClassGuest, kClassMaster);
  return true;
}

Result<Value> VhSends::usermc(const VhArgs& args) {
  auto* user = roster_.find(args.text(1));
  if (user != nullptr) {
    user->send(chat_as(args, 2));
  }
  return user != nullptr;
}

Result<Value> VhSends::classmc(const VhArgs& args) {
  roster_.broadcast(chat_as(args, 3), args.number(1), args.number(2));
  tell_of_bot_message(args, 3, args.number(1), args.number(2));
  return true;
}

Result<Value> VhSends::pm(const VhArgs& args) {
  auto* user = roster_.find(args.text(1));
  if (user != nullptr) {
    const auto from = nmdc::escape_text(args.text_or(2, config_.bot_name));
    const auto shown = nmdc::escape_text(args.text_or(3, from));
    user->send(nmdc::make_private(user->nick(), from, shown, nmdc::escape_text(args.text(0))));
  }
  return user != nullptr;
}

}  // namespace hookline::hub
