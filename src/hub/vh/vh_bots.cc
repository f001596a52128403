#include "hub/vh/vh_bots.h"

#include <spdlog/spdlog.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hookline/call.h"
#include "hub/nmdc/nmdc.h"
#include "hub/users/user_info.h"

namespace hookline::hub {
namespace {

// The messages are indexed by BotNick.
constexpr auto kSentences = std::to_array<std::string_view>({
    "",
    "somebody has that nick: choose another",
    "a bot needs a nick",
    "a nick must not be too long, or have spaces, control characters, $, |, < or >",
    "that nick is a registered user's, or one of the hub's own bots: choose another",
    "",
});

bool refuse(const VhArgs& args, std::string_view why) {
  spdlog::warn("{}: vh.AddRobot('{}'): {}", args.caller().name, args.text(0), why);
  return false;
}

}  // namespace

VhBots::BotNick VhBots::check_nick(std::string_view nick, const Caller& caller) const {
  if (nick.empty()) {
    return BotNick::kWithoutNick;
  }
  if (!nmdc::is_valid_nick(nick, config_.max_nick_bytes)) {
    return BotNick::kBadChars;
  }
  if (same_nick(nick, config_.bot_name) || same_nick(nick, config_.op_chat_name) ||
      registrations_.find(nick) != nullptr) {
    return BotNick::kReserved;
  }
  const bool is_free = !roster_.is_taken(nick) || bots_.can_share(nick, caller);
  return is_free ? BotNick::kOk : BotNick::kExists;
}

Result<Value> VhBots::is_robot_nick_bad(const VhArgs& args) const {
  return static_cast<int>(check_nick(args.text(0), args.caller()));
}

Result<Value> VhBots::add_robot(const VhArgs& args) {
  const auto problem = check_nick(args.text(0), args.caller());
  if (problem != BotNick::kOk) {
    return refuse(args, kSentences.at(static_cast<std::size_t>(problem)));
  }
  const auto user_class = args.number(1);
  if (user_class < kClassGuest || user_class > kClassMaster) {
    return refuse(args, "the class must be from 0 to 10");
  }
  const auto bot = make_bot({.nick = args.text(0),
                             .user_class = static_cast<int>(user_class),
                             .desc = args.text(2),
                             .speed = args.text(3),
                             .mail = args.text(4),
                             .share = args.text(5)});
  if (bot == nullptr) {
    return refuse(args, "the share must be a number of bytes, such as \"0\"");
  }
  bots_.add(bot, args.caller());
  return true;
}

Result<Value> VhBots::del_robot(const VhArgs& args) {
  return bots_.remove(args.text(0), args.caller());
}

}  // namespace hookline::hub
