// Defines the functions of `vh` with which scripts add and remove bots.

#include <spdlog/spdlog.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hookline/call.h"
#include "hub/nmdc/nmdc.h"
#include "hub/users/user_info.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

// Says whether a bot may have a nick, with the numbers of vh.eBOT_*.
enum class BotNick : std::uint8_t { kOk, kExists, kWithoutNick, kBadChars, kReserved, kApiError };

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

BotNick check_nick(const VhHub& hub, std::string_view nick, const Caller& caller) {
  if (nick.empty()) {
    return BotNick::kWithoutNick;
  }
  if (!nmdc::is_valid_nick(nick, hub.config.max_nick_bytes)) {
    return BotNick::kBadChars;
  }
  if (same_nick(nick, hub.config.bot_name) || same_nick(nick, hub.config.op_chat_name) ||
      hub.registrations.find(nick) != nullptr) {
    return BotNick::kReserved;
  }
  const bool is_free = !hub.roster.is_taken(nick) || hub.bots.can_share(nick, caller);
  return is_free ? BotNick::kOk : BotNick::kExists;
}

constexpr auto kBotFunctions = std::to_array<VhEntry>({
    {Vh::kIsRobotNickBad,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return static_cast<int>(check_nick(hub, args.text(0), args.caller()));
     }},
    {Vh::kAddRobot,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       const auto problem = check_nick(hub, args.text(0), args.caller());
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
       hub.bots.add(bot, args.caller());
       return true;
     }},
    {Vh::kDelRobot,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return hub.bots.remove(args.text(0), args.caller());
     }},
});

}  // namespace

std::span<const VhEntry> vh_bots() noexcept { return kBotFunctions; }

}  // namespace hookline::hub
