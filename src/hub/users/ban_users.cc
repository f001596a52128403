#include "hub/users/ban_users.h"

#include <string>
#include <utility>

#include "hookline/future.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"

namespace hookline::hub {
namespace {

constexpr std::int64_t kLastType = static_cast<std::int64_t>(BanType::kHostR1);

// Fills in whom it is about. False: that cannot be.
bool aim(Ban& ban, std::string_view target, const Session* user) {
  switch (ban.type) {
    case BanType::kNick:
    case BanType::kPrefix:
      ban.nick = target;
      return !target.empty();
    case BanType::kShare:
      ban.nick = user != nullptr ? user->user()->size : std::string(target);
      return !ban.nick.empty();
    case BanType::kNickIp:
      ban.nick = target;
      ban.address = user != nullptr ? user->ip() : std::string();
      return user != nullptr;
    case BanType::kRange:
      ban.address = user != nullptr ? IpRange::around(user->ip()) : std::string(target);
      return IpRange::parse(ban.address).has_value();
    case BanType::kIp:
    case BanType::kHost1:
    case BanType::kHost2:
    case BanType::kHost3:
    case BanType::kHostR1:
      ban.address = user != nullptr ? user->ip() : std::string(target);
      return IpRange::parse_address(ban.address).has_value();
  }
  return false;
}

}  // namespace

std::optional<Ban> make_ban(HubCore& core, const NewBan& wanted) {
  if (wanted.type < 0 || wanted.type > kLastType) {
    return std::nullopt;
  }
  Ban ban;
  ban.type = static_cast<BanType>(wanted.type);
  ban.op = wanted.op;
  ban.reason = wanted.reason;
  return aim(ban, wanted.target, core.roster().find(wanted.target)) ? std::optional(std::move(ban))
                                                                    : std::nullopt;
}

Future<Value> put_ban(HubCore& core, Ban ban, std::int64_t seconds) {
  auto written = core.state().bans().add(std::move(ban), seconds);
  core.enforce_bans();
  return written;
}

}  // namespace hookline::hub
