#include "hub/users/user_info.h"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "hookline/verlihub/hooks.h"

namespace hookline::hub {
namespace {

constexpr unsigned kAllFlags = 0xff;

// Returns the byte of flags that others get; nullopt if it cannot be sent.
std::optional<char> forced_flags(char said, unsigned set, unsigned cleared) {
  const unsigned flags = (static_cast<unsigned char>(said) | set) & ~cleared & kAllFlags;
  const char byte = static_cast<char>(flags);
  if (byte == '\0' || byte == '$' || byte == '|') {
    return std::nullopt;
  }
  return byte;
}

UserPtr parsed(User next, std::string line) {
  const auto body = std::string_view(line).substr(0, line.size() - 1);
  const auto info = nmdc::parse_my_info(nmdc::read_command(body).args);
  if (!info) {
    return nullptr;
  }
  next.desc = info->desc;
  next.tag = info->tag;
  next.speed = info->speed;
  next.flag = info->flag;
  next.mail = info->mail;
  next.size = info->size;
  next.share_bytes = info->bytes;
  next.is_active = nmdc::is_active_tag(info->tag);
  next.my_info = std::move(line);
  return std::make_shared<const User>(std::move(next));
}

}  // namespace

nmdc::MyInfo info_of(const User& user) noexcept {
  return {.nick = user.nick,
          .desc = user.desc,
          .tag = user.tag,
          .speed = user.speed,
          .flag = user.flag,
          .mail = user.mail,
          .size = user.size,
          .bytes = user.share_bytes};
}

std::string replaced_info(nmdc::MyInfo info, const verlihub::Replacement& replacement) {
  std::array<std::string, verlihub::Replacement::kMaxParts> texts;
  const std::array targets = {&info.desc, &info.tag, &info.speed, &info.mail, &info.size};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (const auto& part = replacement.parts.at(i)) {
      texts.at(i) = nmdc::escape_text(*part);
      *targets.at(i) = texts.at(i);
    }
  }
  return nmdc::make_my_info(info);
}

UserPtr with_info(const User& user, std::string line) {
  auto next = parsed(user, std::move(line));
  if (next == nullptr || (user.flags_set | user.flags_cleared) == 0) {
    return next;
  }
  const auto flag = forced_flags(next->flag, user.flags_set, user.flags_cleared);
  if (!flag || *flag == next->flag) {
    return next;
  }
  auto info = info_of(*next);
  info.flag = *flag;
  return parsed(*next, nmdc::make_my_info(info));
}

UserPtr with_flags(const User& user, unsigned set, unsigned cleared) {
  auto info = info_of(user);
  const auto flag = forced_flags(info.flag, set, cleared);
  if (!flag) {
    return nullptr;
  }
  info.flag = *flag;
  User next = user;
  next.flags_set = (user.flags_set | set) & ~cleared;
  next.flags_cleared = (user.flags_cleared | cleared) & ~set;
  return parsed(std::move(next), nmdc::make_my_info(info));
}

UserPtr make_bot(const BotDescription& description) {
  User bot;
  bot.nick = description.nick;
  bot.user_class = description.user_class;
  bot.is_bot = true;
  bot.is_listed = true;
  const auto desc = nmdc::escape_text(description.desc);
  const auto speed = nmdc::escape_text(description.speed);
  const auto mail = nmdc::escape_text(description.mail);
  const auto share = nmdc::escape_text(description.share);
  auto line = nmdc::make_my_info(
      {.nick = bot.nick, .desc = desc, .tag = {}, .speed = speed, .mail = mail, .size = share});
  return parsed(std::move(bot), std::move(line));
}

}  // namespace hookline::hub
