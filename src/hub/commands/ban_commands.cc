#include "hub/commands/ban_commands.h"

#include <algorithm>
#include <cstddef>
#include <ranges>

#include "hookline/verlihub/hooks.h"
#include "hub/base/text.h"

namespace hookline::hub {
namespace {

constexpr std::size_t kListed = 50;

BanType type_of(std::string_view target) {
  const auto range = IpRange::parse(target);
  if (!range) {
    return BanType::kNick;
  }
  return range->is_single() ? BanType::kIp : BanType::kRange;
}

}  // namespace

bool BanCommands::may_ban(const Session& sender, std::string_view nick) const {
  const auto* user = roster_.find(nick);
  const auto* registered = registrations_.find(nick);
  const int user_class = std::max(user == nullptr ? kClassGuest : user->user_class(),
                                  registered == nullptr ? kClassGuest : registered->user_class);
  return user_class < sender.user_class() && !roster_.is_bot(nick);
}

std::string BanCommands::ban(Session& sender, std::string_view args) {
  const auto [target, rest] = cut_word(args);
  const auto [word, after] = cut_word(rest);
  const auto seconds = parse_time_span(word);
  // Without this, a mistyped time would ban for ever.
  if (!seconds && !word.empty() && word.front() >= '0' && word.front() <= '9') {
    return "'" + std::string(word) + "' is no time: write one as 30m, 3h, 2d or 1w.";
  }
  if (!may_ban(sender, target)) {
    return "You may only ban users of a lower class than yours.";
  }
  auto ban = moderation_.make_ban({.op = sender.nick(),
                                   .target = target,
                                   .reason = seconds ? after : rest,
                                   .type = static_cast<std::int64_t>(type_of(target))});
  if (!ban) {
    return std::string(target) + " cannot be banned.";
  }
  const auto put = [this, &sender, ban = *ban, seconds = seconds.value_or(0),
                    whom = std::string(target),
                    how_long = seconds ? "for " + std::string(word) : "for ever"] {
    sender.commands().answer_later(moderation_.put_ban(ban, seconds),
                                   whom + " is banned " + how_long + ".",
                                   whom + " cannot be banned.");
  };
  sender.commands().if_allowed(verlihub::kOnNewBan, {ban->op, ban->address, ban->nick, ban->reason},
                               put);
  return {};
}

std::string BanCommands::unban(Session& sender, std::string_view args) {
  const auto target = cut_word(args).first;
  sender.commands().answer_later(bans_.remove(target),
                                 std::string(target) + " is not banned any more.",
                                 "There is no ban of " + std::string(target) + "; see !banlist.");
  return {};
}

std::string BanCommands::banlist(Session& /*sender*/, std::string_view /*args*/) {
  const auto now = clock_.now();
  std::string lines;
  std::size_t count = 0;
  for (const auto& ban : bans_.all() | std::views::reverse | std::views::values) {
    if (ban.is_over(now) || ++count > kListed) {
      continue;
    }
    lines += "\r\n  #" + std::to_string(ban.id) + " " + ban.target() + ", by " + ban.op + ", ";
    lines += ban.until == 0 ? "for ever" : "until " + time_text(ban.until);
    lines += ban.reason.empty() ? "" : ": " + ban.reason;
  }
  return "Bans: " + std::to_string(count) + (count > kListed ? ", the last 50" : "") + lines;
}

}  // namespace hookline::hub
