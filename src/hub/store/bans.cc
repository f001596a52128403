#include "hub/store/bans.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "hookline/future.h"
#include "hub/base/text.h"
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

namespace {

constexpr const char* kRead =
    "SELECT id, type, nick, address, op, reason, banned_at, until FROM hub_bans";
constexpr const char* kInsert =
    "INSERT INTO hub_bans(id, type, nick, address, op, reason, banned_at, until)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kDelete = "DELETE FROM hub_bans WHERE id = ?";
constexpr const char* kDeleteOver = "DELETE FROM hub_bans WHERE until != 0 AND until <= ?";
constexpr const char* kInsertKick =
    "INSERT INTO hub_kicks(nick, ip, op, reason, note_op, note_usr, kicked_at)"
    " VALUES(?, ?, ?, ?, ?, ?, ?)";

Ban read_ban(const Statement& row) {
  Ban ban{.id = row.number(0),
          .type = static_cast<BanType>(row.number(1)),
          .nick = std::string(row.text(2)),
          .address = std::string(row.text(3)),
          .op = std::string(row.text(4)),
          .reason = std::string(row.text(5)),
          .banned_at = row.number(6),
          .until = row.number(7)};
  ban.range = IpRange::parse(ban.address);
  return ban;
}

}  // namespace

Result<void> Bans::load() {
  return store_.read(kRead, [this](const Statement& row) {
    auto ban = read_ban(row);
    next_id_ = std::max(next_id_, ban.id + 1);
    bans_.emplace(ban.id, std::move(ban));
  });
}

const Ban* Bans::find(const BanSubject& subject) const {
  const auto now = clock_.now();
  const auto found = std::ranges::find_if(bans_, [&](const auto& entry) {
    return !entry.second.is_over(now) && entry.second.matches(subject);
  });
  return found == bans_.end() ? nullptr : &found->second;
}

Future<Value> Bans::add(Ban ban, std::int64_t seconds) {
  ban.range = IpRange::parse(ban.address);
  if (!ban.address.empty() && !ban.range) {
    return make_ready_future<Value>(false);
  }
  ban.id = next_id_++;
  ban.banned_at = clock_.now();
  // A ban that is longer would end after the year 10000, so it is for ever.
  constexpr std::int64_t kLongest = 250'000'000'000;
  ban.until = seconds <= 0 || seconds > kLongest ? 0 : ban.banned_at + seconds;
  auto written = store_.write({{kInsert,
                                {ban.id, static_cast<int>(ban.type), ban.nick, ban.address, ban.op,
                                 ban.reason, ban.banned_at, ban.until}}});
  bans_.emplace(ban.id, std::move(ban));
  return written;
}

template <class Wanted>
Future<Value> Bans::remove_if(Wanted wanted) {
  std::vector<Store::Write> writes;
  std::erase_if(bans_, [&](const auto& entry) {
    const bool is_wanted = wanted(entry.second);
    if (is_wanted) {
      writes.push_back({kDelete, {entry.first}});
    }
    return is_wanted;
  });
  return writes.empty() ? make_ready_future<Value>(false) : store_.write(std::move(writes));
}

Future<Value> Bans::remove(std::string_view target) {
  return remove_if([target](const Ban& ban) {
    return (!ban.nick.empty() && same_nick(ban.nick, target)) ||
           (!ban.address.empty() && ban.address == target) ||
           "#" + std::to_string(ban.id) == target;
  });
}

Future<Value> Bans::remove_temporary_nick(std::string_view nick) {
  return remove_if([nick](const Ban& ban) {
    const bool is_of_nick = ban.type == BanType::kNick || ban.type == BanType::kNickIp;
    return ban.until != 0 && is_of_nick && same_nick(ban.nick, nick);
  });
}

Future<Value> Bans::remove_temporary_ip(std::string_view ip) {
  const auto address = IpRange::parse_address(ip);
  return remove_if([&address](const Ban& ban) {
    return ban.until != 0 && address && ban.range && ban.range->is_single() &&
           ban.range->contains(*address);
  });
}

void Bans::record(const Kick& kick) {
  store_.write_later(
      {{kInsertKick,
        {kick.nick, kick.ip, kick.op, kick.reason, kick.note_op, kick.note_usr, clock_.now()}}});
}

void Bans::expire() {
  const auto now = clock_.now();
  std::erase_if(bans_, [now](const auto& entry) { return entry.second.is_over(now); });
  store_.write_later({{kDeleteOver, {now}}});
}

std::string ban_notice(const Ban& ban) {
  std::string text = "You are banned by " + ban.op + " ";
  text += ban.until == 0 ? "for ever" : "until " + time_text(ban.until);
  return text + (ban.reason.empty() ? std::string(".") : ": " + ban.reason);
}

}  // namespace hookline::hub
