#include "hub/vh/vh_sends.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/clock.h"
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

bool VhSends::offer(const VhArgs& args, std::span<Session* const> users, std::string_view line) {
  std::size_t left_out = 0;
  for (Session* user : users) {
    left_out += user->offer(line, args.caller().id) ? 0U : 1U;
  }
  if (left_out > 0) {
    tell_of_left_out(args.caller(), left_out, line.size());
  }
  return left_out == 0;
}

void VhSends::tell_of_left_out(const Caller& script, std::size_t users, std::size_t bytes) {
  std::uint64_t lines = 0;
  if (notices_[script.id].spend(Clock::system().now(), lines)) {
    const auto notice =
        fmt::format("it sends more than {} user(s) read: {} bytes were not sent to them{}", users,
                    bytes, lines > 0 ? fmt::format(", after {} like these", lines) : "");
    spdlog::warn("{}: {}", script.name, notice);
    announcer_.tell_of_script(script, notice);
  }
}

std::vector<Session*> VhSends::of_classes(std::int64_t min_class, std::int64_t max_class) const {
  std::vector<Session*> users;
  for (auto* user : roster_.online()) {
    if (user->user_class() >= min_class && user->user_class() <= max_class) {
      users.push_back(user);
    }
  }
  return users;
}

// Sends to all users in this mode. Users that never announced a mode count as passive.
Result<Value> VhSends::send_to_mode(const VhArgs& args, bool is_active, std::int64_t min_class,
                                    std::int64_t max_class) {
  auto users = of_classes(min_class, max_class);
  std::erase_if(users, [is_active](Session* user) { return user->user()->is_active != is_active; });
  return offer(args, users, complete(args.text(0)));
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
  return user != nullptr && offer(args, {&user, 1}, complete(args.text(0)));
}

Result<Value> VhSends::send_data_to_all(const VhArgs& args) {
  return offer(args, of_classes(args.number(1), args.number(2)), complete(args.text(0)));
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
  const auto shown = nmdc::escape_text(args.text_or(1, config_.op_chat_name));
  const auto text = nmdc::escape_text(args.text(0));
  bool all = true;
  for (auto* user : of_classes(kClassOperator, kClassMaster)) {
    all = offer(args, {&user, 1},
                nmdc::make_private(user->nick(), config_.op_chat_name, shown, text)) &&
          all;
  }
  return all;
}

Result<Value> VhSends::send_pm_to_all(const VhArgs& args) {
  const auto from = nmdc::escape_text(args.text_or(1, config_.bot_name));
  const auto text = nmdc::escape_text(args.text(0));
  bool all = true;
  for (auto* user : of_classes(args.number(2), args.number(3))) {
    all = offer(args, {&user, 1}, nmdc::make_private(user->nick(), from, from, text)) && all;
  }
  return all;
}

Result<Value> VhSends::mc(const VhArgs& args) {
  const bool all = offer(args, roster_.online(), chat_as(args, 1));
  tell_of_bot_message(args, 1, kClassGuest, kClassMaster);
  return all;
}

Result<Value> VhSends::usermc(const VhArgs& args) {
  auto* user = roster_.find(args.text(1));
  return user != nullptr && offer(args, {&user, 1}, chat_as(args, 2));
}

Result<Value> VhSends::classmc(const VhArgs& args) {
  const bool all = offer(args, of_classes(args.number(1), args.number(2)), chat_as(args, 3));
  tell_of_bot_message(args, 3, args.number(1), args.number(2));
  return all;
}

Result<Value> VhSends::pm(const VhArgs& args) {
  auto* user = roster_.find(args.text(1));
  if (user == nullptr) {
    return false;
  }
  const auto from = nmdc::escape_text(args.text_or(2, config_.bot_name));
  const auto shown = nmdc::escape_text(args.text_or(3, from));
  return offer(args, {&user, 1},
               nmdc::make_private(user->nick(), from, shown, nmdc::escape_text(args.text(0))));
}

}  // namespace hookline::hub
