#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/clocks.h"
#include "hub/net/ip_range.h"
#include "hub/store/store.h"

namespace hookline::hub {

// Says what a ban matches, with the numbers of vh.eBF_*. Host names are not looked up, so the four
// kHost types match addresses.
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

// Has the known facts about a client that is checked. A fact that is nullopt is not known yet, and
// matches nothing.
struct BanSubject {
  std::optional<std::string_view> nick;
  std::string_view ip;
  std::optional<std::string_view> share;
};

struct Ban {
  std::int64_t id = 0;
  BanType type = BanType::kNick;
  std::string nick;     // or the prefix, or the share; empty for a ban of an address
  std::string address;  // or the range; empty for a ban of a nick
  std::string op;
  std::string reason;
  std::int64_t banned_at = 0;    // seconds since the epoch
  std::int64_t until = 0;        // seconds since the epoch; 0: for ever
  std::optional<IpRange> range;  // the addresses that `address` means

  [[nodiscard]] bool matches(const BanSubject& subject) const;
  [[nodiscard]] bool is_over(std::int64_t now) const noexcept { return until != 0 && until <= now; }
  // Returns the target as "!ban" accepts it.
  [[nodiscard]] std::string target() const;
};

// Is a kick as it is stored in the database.
struct Kick {
  std::string nick;
  std::string ip;
  std::string op;
  std::string reason;
  std::string note_op;
  std::string note_usr;
};

// Holds the bans that are in force. Stores bans, and records kicks.
//
// Thread safety: the hub's thread. Changes are in force immediately. The futures complete when the
// change is durable, with False if there was nothing to change.
class Bans {
 public:
  // The references must outlive this.
  Bans(Store& store, const UnixClock& clock) : store_(store), clock_(clock) {}
  // Reads the stored bans. REQUIRES: called once, before anything else.
  [[nodiscard]] Result<void> load();

  // Returns the first ban that matches, or nullptr. Takes time in proportion to the number of bans.
  [[nodiscard]] const Ban* find(const BanSubject& subject) const;
  // Returns all bans by id.
  [[nodiscard]] const std::map<std::int64_t, Ban>& all() const noexcept { return bans_; }

  // Sets the ban's number and times, and adds it. `seconds` of 0 or less means for ever. The future
  // has False if the address or range is malformed.
  [[nodiscard]] Future<Value> add(Ban ban, std::int64_t seconds);
  // Removes the bans of a nick, an address, a prefix or a share, or one ban by its number, as in
  // "#7".
  [[nodiscard]] Future<Value> remove(std::string_view target);
  // Remove the bans of a nick or an address that have an end.
  [[nodiscard]] Future<Value> remove_temporary_nick(std::string_view nick);
  [[nodiscard]] Future<Value> remove_temporary_ip(std::string_view ip);

  void record(const Kick& kick);
  // Deletes the bans that are over. find() ignores them anyway.
  void expire();

 private:
  template <class Wanted>
  Future<Value> remove_if(Wanted wanted);

  Store& store_;
  const UnixClock& clock_;
  std::map<std::int64_t, Ban> bans_;
  std::int64_t next_id_ = 1;
};

// Writes the sentence that a banned client sees.
[[nodiscard]] std::string ban_notice(const Ban& ban);

}  // namespace hookline::hub
