#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hub/net/ip_range.h"

namespace hookline::hub {

// What a ban is about: the constants vh.eBF_*. Host names are not looked up, so that the four of
// them are by address.
enum class BanType : std::uint8_t {
  kNickIp,
  kIp,
  kNick,
  kRange,
  kHost1,
  kHost2,
  kHost3,
  kShare,
  kPrefix,
  kHostR1,
};

// What is known of a client when it is checked; what is not yet known is nullopt, and matches
// nothing.
struct BanSubject {
  std::optional<std::string_view> nick;
  std::string_view ip;
  std::optional<std::string_view> share;
};

struct Ban {
  std::int64_t id = 0;
  BanType type = BanType::kNick;
  std::string nick;     // or the prefix, or the share; empty if it is about an address only
  std::string address;  // or the range; empty if it is about a nick only
  std::string op;
  std::string reason;
  std::int64_t banned_at = 0;    // seconds since the epoch
  std::int64_t until = 0;        // the same; 0: for ever
  std::optional<IpRange> range;  // of `address`

  [[nodiscard]] bool matches(const BanSubject& subject) const;
  [[nodiscard]] bool is_over(std::int64_t now) const noexcept { return until != 0 && until <= now; }
  // What it is about, as "!ban" takes it.
  [[nodiscard]] std::string target() const;
};

}  // namespace hookline::hub
