#include "hub/store/ban.h"

#include "hub/nmdc/nick.h"

namespace hookline::hub {
namespace {

bool has_prefix(std::string_view nick, std::string_view prefix) {
  return !prefix.empty() && nick.size() >= prefix.size() &&
         same_nick(nick.substr(0, prefix.size()), prefix);
}

}  // namespace

bool Ban::matches(const BanSubject& subject) const {
  const auto same_name = [&] { return subject.nick && same_nick(*subject.nick, nick); };
  const auto in_range = [&] {
    const auto ip = IpRange::parse_address(subject.ip);
    return range && ip && range->contains(*ip);
  };
  switch (type) {
    case BanType::kNickIp:
      return same_name() && in_range();
    case BanType::kNick:
      return same_name();
    case BanType::kPrefix:
      return subject.nick && has_prefix(*subject.nick, nick);
    case BanType::kShare:
      return subject.share && *subject.share == nick;
    case BanType::kIp:
    case BanType::kRange:
    case BanType::kHost1:
    case BanType::kHost2:
    case BanType::kHost3:
    case BanType::kHostR1:
      return in_range();
  }
  return false;
}

std::string Ban::target() const {
  if (nick.empty() || address.empty()) {
    return nick.empty() ? address : nick;
  }
  return nick + " at " + address;
}

}  // namespace hookline::hub
